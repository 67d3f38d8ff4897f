import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { databaseFile, linesOf, snapshotOf, tableOf } from '../../../test/sqlite/scratch.js'
import { sqliteColumnType } from '../../schema/affinity.js'
import type { Column } from '../../schema/schema.js'
import { encodeRow } from './encode-row.js'

/** What a cell holds, told by SQLite without any JSON: its class and its bits. */
type Stored = { class: string; bits: string }

const DECLARED = ['INTEGER', 'BIGINT', 'TEXT', 'VARCHAR(10)', 'REAL', 'DOUBLE', 'BLOB', 'NUMERIC', 'DECIMAL(10,2)', 'BOOLEAN', 'DATETIME', '']

const bits = (value: number): string => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes.toString('hex')
}

/** Doubles by their bits, so that subnormals, negative zero and infinities come as often as anything else. */
const anyDouble = fc.oneof(
  fc.double({ noNaN: true }),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).readDoubleBE()).filter((value) => !Number.isNaN(value)),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -Infinity, Infinity, 1e20, 0.1, 9007199254740993, 1e15, 123456789012345680),
)
const anyInteger = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(0n, -1n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), 1n - 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)))
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\0', 'a\0b', '\u0001\b\t\n\f\r\u001f\u007f\u2028"\\/\'', '01067', '1e5', 'NaN', '\ufeffx', '😀')).filter((text) => !/\p{Surrogate}/u.test(text))
const anyBytes = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes))
const value = fc.oneof(
  fc.constant({ kind: 'null' as const }),
  anyInteger.map((integer) => ({ kind: 'integer' as const, integer })),
  anyDouble.map((real) => ({ kind: 'real' as const, real })),
  anyText.map((text) => ({ kind: 'text' as const, text })),
  anyBytes.map((bytes) => ({ kind: 'blob' as const, bytes })),
  anyBytes.map((bytes) => ({ kind: 'rawtext' as const, bytes })),
)
type Value = typeof value extends fc.Arbitrary<infer V> ? V : never

function bind(given: Value): unknown {
  switch (given.kind) {
    case 'null':
      return null
    case 'integer':
      return given.integer
    case 'real':
      return given.real
    case 'text':
      return given.text
    default:
      return given.bytes
  }
}

/** Reads a cell of a line by docs/FORMAT.md alone. */
function read(cell: string, family: string): Stored {
  const parsed: unknown = JSON.parse(cell)
  if (parsed === null) return { class: 'null', bits: '' }
  if (typeof parsed === 'object') {
    const [[tag, content] = ['', '']] = Object.entries(parsed as Record<string, string>)
    if (tag === '$text') return { class: 'text', bits: Buffer.from(content).toString('hex') }
    if (tag === '$rawtext') return { class: 'text', bits: content }
    if (tag === '$bytes') return { class: 'blob', bits: content }
    if (tag === '$integer') return { class: 'integer', bits: content }
    if (tag === '$real') return { class: 'real', bits: bits(Number(content)) }
    throw new Error(`unknown tag ${tag}`)
  }
  if (typeof parsed === 'number') {
    if (family === 'real' || /[.e]/i.test(cell)) return { class: 'real', bits: bits(parsed) }
    expect(parsed).toSatisfy(Number.isSafeInteger)
    return { class: 'integer', bits: cell }
  }
  const text = parsed as string
  if (family === 'integer') return { class: 'integer', bits: text }
  if (family === 'real') return { class: 'real', bits: bits(Number(text)) }
  if (family === 'bytes') return { class: 'blob', bits: text }
  return { class: 'text', bits: Buffer.from(text).toString('hex') }
}

/** The source text of each cell, so that spelling and digits beyond a double can be looked at. */
function cells(line: string, names: readonly string[]): string[] {
  const strings = new RegExp(String.raw`"(?:[^"\\]|\\.)*"|\{[^{}]*?(?:"(?:[^"\\]|\\.)*"[^{}]*?)*\}|-?[0-9][^,}]*|null`, 'y')
  let at = 1
  return names.map((name) => {
    const key = `${JSON.stringify(name)}:`
    expect(line.slice(at, at + key.length)).toBe(key)
    strings.lastIndex = at + key.length
    const cell = strings.exec(line)?.[0] ?? ''
    at = strings.lastIndex + 1
    return cell
  })
}

test('any value of any class in any column reads back by the format as SQLite holds it', async () => {
  const row = fc.array(value, { minLength: DECLARED.length, maxLength: DECLARED.length })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), fc.constantFrom('', ', PRIMARY KEY (id)) WITHOUT ROWID'), async (rows, tail) => {
      const columns = DECLARED.map((declared, index) => `"c ${index}" ${declared}`).join(', ')
      const path = databaseFile(tail === '' ? `CREATE TABLE t (${columns})` : `CREATE TABLE t (${columns}, id INTEGER NOT NULL${tail}`, (db) => {
        const names = [...DECLARED.map((_, index) => `"c ${index}"`), ...(tail === '' ? [] : ['id'])].join(', ')
        for (const [id, values] of rows.entries()) {
          const slots = [...values.map(({ kind }) => (kind === 'rawtext' ? 'CAST(? AS TEXT)' : '?')), ...(tail === '' ? [] : [String(id)])]
          db.prepare(`INSERT INTO t (${names}) VALUES (${slots.join(', ')})`).run(...values.map(bind))
        }
      })
      const db = new Database(path, { readonly: true })
      const order = tail === '' ? 'rowid' : 'id'
      const snapshot = await snapshotOf(path)
      const table = tableOf(snapshot, 't')
      const lines = await linesOf(snapshot, 't')
      await snapshot.close()
      expect(lines).toHaveLength(rows.length)
      const names = table.columns.map(({ name }) => name)
      const written = lines.map((line) => cells(line, names).map((cell, index) => read(cell, table.columns[index]!.type.encoding.family)))
      const stored = names.map((name) => {
        const found = db.prepare(`SELECT typeof("${name}") AS class, "${name}" AS value, lower(hex("${name}")) AS hex FROM t ORDER BY ${order}`).safeIntegers().all() as { class: string; value: unknown; hex: string }[]
        return found.map((each): Stored => ({ class: each.class, bits: each.class === 'integer' ? String(each.value) : each.class === 'real' ? bits(each.value as number) : each.class === 'null' ? '' : each.hex }))
      })
      db.close()
      for (const [index, cellsRead] of written.entries()) expect(cellsRead).toEqual(stored.map((column) => column[index]))
    }),
    { numRuns: 40 },
  )
})

test('integers are JSON numbers exactly where every reader gets them whole', async () => {
  const path = databaseFile('CREATE TABLE t (i INTEGER, a, x BLOB); INSERT INTO t VALUES (9007199254740991, 9007199254740991, 1), (9007199254740992, 9007199254740992, -9223372036854775808)')
  const snapshot = await snapshotOf(path)
  expect(await linesOf(snapshot, 't')).toEqual([
    '{"i":9007199254740991,"a":9007199254740991,"x":1}',
    '{"i":"9007199254740992","a":{"$integer":"9007199254740992"},"x":{"$integer":"-9223372036854775808"}}',
  ])
})

test('reals keep every bit: 100,000 random doubles, subnormals among them', () => {
  const db = new Database(':memory:')
  db.function('holdall_is_text_sound', () => 1)
  const column: Column = { name: 'x', type: sqliteColumnType('BLOB'), nullable: true, default: null, identity: null, generated: null, collation: null }
  db.exec('CREATE TABLE t (x)')
  const insert = db.prepare('INSERT INTO t VALUES (?)')
  const bytes = Buffer.alloc(8)
  const written: number[] = []
  db.transaction(() => {
    for (let index = 0; index < 100_000; index++) {
      bytes.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), 0)
      bytes.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), 4)
      if (index % 10 === 0) bytes[7]! &= 0x80
      if (index % 10 === 0) bytes[6]! &= 0x0f
      const value = index % 10 === 1 ? Math.round(Math.random() * 1e6) / 100 : bytes.readDoubleLE()
      if (!Number.isFinite(value)) continue
      written.push(value)
      insert.run(value)
    }
  })()
  const lines = db.prepare(`SELECT ${encodeRow([column], 'trusting').text} FROM t ORDER BY rowid`).pluck().all() as string[]
  const wrong = written.filter((value, index) => !Object.is((JSON.parse(lines[index]!) as { x: number }).x, value))
  expect(wrong).toEqual([])
})

test('a table of 2,000 columns is written', async () => {
  const names = Array.from({ length: 2000 }, (_, index) => `c${index}`)
  const path = databaseFile(`CREATE TABLE wide (${names.join(', ')}); INSERT INTO wide DEFAULT VALUES; UPDATE wide SET c0 = 1, c1999 = 'end'`)
  const [line] = await linesOf(await snapshotOf(path), 'wide')
  expect(Object.keys(JSON.parse(line!) as object)).toEqual(names)
  expect(line).toMatch(/^\{"c0":1,"c1":null,.*,"c1999":"end"\}$/)
})
