import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HoldallError } from '../../../errors/holdall-error.js'
import type { Encoding } from '../../../schema/column-type.js'
import type { Schema, Table } from '../../../schema/schema.js'
import { canonicalLine, importLines, RawText, schemaFrom, tableIn, type Stored } from '../../../../test/sqlite/importing.js'
import { scratchFolder } from '../../../../test/sqlite/scratch.js'

const DECLARED = ['', 'INTEGER', 'BIGINT', 'TEXT', 'NVARCHAR(20)', 'BLOB', 'REAL', 'DOUBLE PRECISION', 'NUMERIC', 'DECIMAL(10,2)', 'DATETIME', 'BOOLEAN', 'FLOATING POINT', 'JSON']

const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((value) => value.toWellFormed()),
  fc.constantFrom('', '01067', '12', ' 12 ', '1e5', '12.50', '.5', '5.', '+5', '-0', '1e', '0x10', 'Infinity', 'NaN', 'null', '12\0', '12\0x', 'a\0b', '\ufeff12', '12\u00a0', '\v7\f', '{"$bytes":"00"}', '"', '\\', '\u2028', '😀', '9223372036854775808'),
  fc.double({ noNaN: true }).map(String),
)
const integer = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer().map(BigInt), fc.constantFrom(0n, -1n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)))
const real = fc.oneof(fc.double({ noNaN: true }), fc.integer().map(Number), fc.constantFrom(-0, 0, 3, 1e15, 9007199254740993, 2 ** 63, -(2 ** 63), 9223372036854774784, 5e-324, 1.7976931348623157e308, Infinity, -Infinity, 0.1, 1e23))
const blob = fc.uint8Array().map((bytes) => Buffer.from(bytes))
const rawText = fc.uint8Array({ minLength: 1 }).map((bytes) => new RawText(Buffer.from([...bytes, 0xff])))
const stored: fc.Arbitrary<Stored> = fc.oneof(text, integer, real, blob, rawText, fc.constant(null))

/** A value as any column without a type gives it back: class, and bytes or digits. */
function exact(value: Stored): unknown[] {
  if (value === null) return ['null', null]
  if (value instanceof RawText) return ['text', value.bytes.toString('hex')]
  if (typeof value === 'string') return ['text', Buffer.from(value).toString('hex')]
  if (typeof value === 'bigint') return ['integer', value]
  return typeof value === 'number' ? ['real', value] : ['blob', value.toString('hex')]
}

function read(db: Database.Database, column: string): unknown[][] {
  const rows = db
    .prepare<[], [string, unknown, string]>(`SELECT typeof("${column}"), "${column}", hex(CAST("${column}" AS BLOB)) FROM t ORDER BY rowid`)
    .safeIntegers()
    .raw()
    .all()
  return rows.map(([kind, value, hex]) => [kind, kind === 'text' || kind === 'blob' ? hex.toLowerCase() : value])
}

function bind(value: Stored): unknown {
  return value instanceof RawText ? value.bytes : value
}

/** What SQLite itself makes of the value in this column; null when it refuses it. */
function kept(ddl: string, value: Stored): unknown[] | null {
  const db = new Database(':memory:')
  db.exec(ddl)
  try {
    db.prepare(`INSERT INTO t VALUES (${value instanceof RawText ? 'CAST(? AS TEXT)' : typeof value === 'number' ? 'CAST(? AS REAL)' : '?'})`).run(bind(value))
    return read(db, 'c')[0] ?? null
  } catch {
    return null
  } finally {
    db.close()
  }
}

describe('values from SQLite', () => {
  test('what a column keeps as it is arrives exactly, what it would bend is refused', async () => {
    const folder = scratchFolder()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...DECLARED), fc.constantFrom(...DECLARED), fc.boolean(), stored, async (from, into, direct, value) => {
        const source = schemaFrom(`CREATE TABLE t (c ${from})`)
        const path = join(folder, `${run++}.db`)
        const ddl = `CREATE TABLE t (c ${into})`
        const db = new Database(path)
        db.pragma('synchronous = off')
        db.exec(ddl)
        if (!direct) db.exec(`INSERT INTO t VALUES ('already there')`)
        db.close()
        const expected = kept(ddl, value)
        const same = equal(expected, exact(value))
        const lines = { t: [canonicalLine(tableIn(source, 't'), [value])] }
        const outcome = await importLines(path, lines, { source, strategy: 'replace' }).then(
          () => null,
          (error: unknown) => error,
        )
        if (!same) {
          expect(outcome).toBeInstanceOf(HoldallError)
          expect(outcome).toMatchObject({ code: 'ROW_REFUSED', place: { table: 't', row: 1, column: 'c' } })
          return
        }
        expect(outcome).toBeNull()
        const after = new Database(path, { readonly: true })
        expect(read(after, 'c')).toEqual([exact(value)])
        after.close()
      }),
      { numRuns: 250 },
    )
  })

  test('whole rows of any values arrive exactly, loaded and staged, in batches of any size', async () => {
    const folder = scratchFolder()
    let run = 0
    const columns = fc.array(fc.constantFrom('', 'TEXT', 'BLOB', 'INTEGER', 'REAL', 'NUMERIC'), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(columns, fc.array(fc.array(stored, { minLength: 6, maxLength: 6 }), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), fc.boolean(), async (declared, rows, perBatch, direct) => {
        const path = join(folder, `${run++}.db`)
        const ddl = `CREATE TABLE t (${declared.map((type, index) => `"c${index}" ${type}`).join(', ')})`
        const db = new Database(path)
        db.pragma('synchronous = off')
        db.exec(ddl)
        if (!direct) db.exec(`INSERT INTO t DEFAULT VALUES`)
        db.close()
        // Values a column would bend cannot come from such a column.
        const possible = rows.map((row) => declared.map((type, index) => (equal(kept(`CREATE TABLE t (c ${type})`, row[index] ?? null), exact(row[index] ?? null)) ? (row[index] ?? null) : null)))
        const table = tableIn(schemaFrom(ddl), 't')
        await importLines(path, { t: possible.map((row) => canonicalLine(table, row)) }, { strategy: 'replace', perBatch })
        const after = new Database(path, { readonly: true })
        const found = declared.map((_, index) => read(after, `c${index}`))
        after.close()
        // Rows without identity that were there already keep their place, so order is compared only for a direct load.
        const wanted = declared.map((_, index) => possible.map((row) => exact(row[index] ?? null)))
        if (direct) expect(found).toEqual(wanted)
        else expect(transposed(found)).toEqual(transposed(wanted))
      }),
      { numRuns: 150 },
    )
  })

  test('a blob of many megabytes and a text of many megabytes arrive whole', async () => {
    const path = join(scratchFolder(), 'big.db')
    const source = schemaFrom('CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB, t TEXT)')
    const bytes = Buffer.alloc(24 << 20, 0xa5)
    const long = 'é"\\\n'.repeat(2 << 20)
    await importLines(path, { t: [canonicalLine(tableIn(source, 't'), [1n, bytes, long])] }, { create: source })
    const db = new Database(path, { readonly: true })
    expect(db.prepare<[], Buffer>('SELECT b FROM t').pluck().get()?.equals(bytes)).toBe(true)
    expect(db.prepare<[], string>('SELECT t FROM t').pluck().get() === long).toBe(true)
    db.close()
  })

  test('a UTF-16 database takes all text, and refuses bytes that are no text', async () => {
    const path = join(scratchFolder(), 'utf16.db')
    const db = new Database(path)
    db.exec(`PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (c)`)
    db.close()
    const table = tableIn(schemaFrom('CREATE TABLE t (c)'), 't')
    await importLines(path, { t: ['é😀', 'a\0b', ''].map((value) => canonicalLine(table, [value])) })
    const after = new Database(path, { readonly: true })
    expect(after.prepare('SELECT c FROM t').pluck().all()).toEqual(['é😀', 'a\0b', ''])
    after.close()
    await expect(importLines(path, { t: [canonicalLine(table, [new RawText(Buffer.from([0xff]))])] }, { strategy: 'replace' })).rejects.toMatchObject({ code: 'ROW_REFUSED' })
  })
})

function equal(a: unknown[] | null, b: unknown[]): boolean {
  return a !== null && a[0] === b[0] && Object.is(a[1], b[1])
}

function transposed(columns: readonly unknown[][][]): string[] {
  const rows = columns[0]?.map((_, row) => JSON.stringify(columns.map((column) => column[row]), (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : value))) ?? []
  return rows.sort()
}

describe('values from PostgreSQL', () => {
  const postgresql = (encoding: Encoding, declared: string): Schema => {
    const schema = schemaFrom('CREATE TABLE t (id INTEGER PRIMARY KEY, c)')
    const tables = schema.tables.map(
      (table): Table => ({ ...table, columns: table.columns.map((column) => ({ ...column, type: column.name === 'id' ? { declared: 'bigint', encoding: { family: 'integer' }, dynamic: false } : { declared, encoding, dynamic: false } })) }),
    )
    return { ...schema, engine: 'postgresql', tables }
  }
  const load = async (encoding: Encoding, cell: string, into: string, declared = '', conversions: readonly ('nan-to-null' | 'round')[] = []): Promise<unknown[]> => {
    const path = join(scratchFolder(), 'pg.db')
    const db = new Database(path)
    db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, c ${into})`)
    db.close()
    await importLines(path, { t: [`{"id":1,"c":${cell}}`] }, { source: postgresql(encoding, declared), options: { conversions: new Set(conversions) } })
    const after = new Database(path, { readonly: true })
    const row = after.prepare<[], unknown[]>('SELECT typeof(c), c FROM t').safeIntegers().raw().get() ?? []
    after.close()
    return row
  }

  test.each<[string, Encoding, string, string, unknown[]]>([
    ['boolean', { family: 'boolean' }, 'true', 'BOOLEAN', ['integer', 1n]],
    ['boolean', { family: 'boolean' }, 'false', 'INTEGER', ['integer', 0n]],
    ['bigint', { family: 'integer' }, '"9223372036854775807"', 'BIGINT', ['integer', 9223372036854775807n]],
    ['float', { family: 'real' }, '"-Infinity"', 'REAL', ['real', -Infinity]],
    ['float', { family: 'real' }, '5', 'REAL', ['real', 5]],
    ['float', { family: 'real' }, '-0', '', ['real', -0]],
    ['float', { family: 'real' }, '1.2345678901234567e+19', 'REAL', ['real', 1.2345678901234567e19]],
    ['decimal', { family: 'decimal' }, '"12.50"', 'TEXT', ['text', '12.50']],
    ['decimal', { family: 'decimal' }, '"12.5"', 'NUMERIC', ['real', 12.5]],
    ['decimal', { family: 'decimal' }, '"7"', 'NUMERIC', ['integer', 7n]],
    ['decimal', { family: 'decimal' }, '"NaN"', 'NUMERIC', ['text', 'NaN']],
    ['json', { family: 'json' }, '"{\\"a\\": 1.0}"', 'TEXT', ['text', '{"a": 1.0}']],
    ['json null', { family: 'json' }, '"null"', 'TEXT', ['text', 'null']],
    ['timestamp', { family: 'timestamptz' }, '"2026-02-16 10:00:00+00"', 'DATETIME', ['text', '2026-02-16 10:00:00+00']],
    ['bytes', { family: 'bytes' }, '"00ff"', 'BLOB', ['blob', Buffer.from([0, 255])]],
    ['array', { family: 'array', element: { family: 'integer' }, delimiter: ',' }, '[1,null,[2]]', 'TEXT', ['text', '[1,null,[2]]']],
    ['array', { family: 'array', element: { family: 'text' }, delimiter: ',' }, '["a\\u0001","é\\"",null]', 'TEXT', ['text', '["a\\u0001","é\\"",null]']],
    ['array with bounds', { family: 'array', element: { family: 'integer' }, delimiter: ',' }, '"[0:1]={1,2}"', 'TEXT', ['text', '[0:1]={1,2}']],
    ['array NULL', { family: 'array', element: { family: 'integer' }, delimiter: ',' }, 'null', 'TEXT', ['null', null]],
    ['composite', { family: 'composite', fields: [{ name: 'a', encoding: { family: 'decimal' } }] }, '{"a":"1.50"}', 'TEXT', ['text', '{"a":"1.50"}']],
  ])('%s %j %s goes into a column declared %s', async (_name, encoding, cell, into, expected) => {
    expect(await load(encoding, cell, into)).toEqual(expected)
  })

  test.each<[Encoding, string, string]>([
    [{ family: 'real' }, '"NaN"', 'REAL'],
    [{ family: 'real' }, '-0', 'REAL'],
    [{ family: 'real' }, '5', 'NUMERIC'],
    [{ family: 'boolean' }, 'true', 'TEXT'],
    [{ family: 'integer' }, '5', 'TEXT'],
    [{ family: 'decimal' }, '"12.50"', 'NUMERIC'],
    [{ family: 'decimal' }, '"0.1000000000000000055"', 'NUMERIC'],
    [{ family: 'decimal' }, '"9007199254740993"', 'REAL'],
    [{ family: 'text' }, '"01067"', 'NUMERIC'],
  ])('%j %s is refused by a column declared %s', async (encoding, cell, into) => {
    await expect(load(encoding, cell, into)).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { table: 't', row: 1, key: 'id=1', column: 'c' } })
  })

  test('zeros that fill up the scale of the column say nothing of the value', async () => {
    expect(await load({ family: 'decimal' }, '"12.50"', 'NUMERIC(10,2)', 'numeric(10,2)')).toEqual(['real', 12.5])
    expect(await load({ family: 'decimal' }, '"12.00"', 'NUMERIC(10,2)', 'numeric(10,2)')).toEqual(['integer', 12n])
  })

  test('losses happen when they are allowed by name', async () => {
    expect(await load({ family: 'real' }, '"NaN"', 'REAL', '', ['nan-to-null'])).toEqual(['null', null])
    expect(await load({ family: 'real' }, '-0.0', 'REAL', '', ['round'])).toEqual(['real', 0])
    expect(await load({ family: 'decimal' }, '"0.1000000000000000055"', 'NUMERIC', '', ['round'])).toEqual(['real', 0.1])
  })

  test('a nullable array of text "null" is not NULL', async () => {
    expect(await load({ family: 'array', element: { family: 'text' }, delimiter: ',' }, '"null"', 'TEXT')).toEqual(['text', 'null'])
  })
})
