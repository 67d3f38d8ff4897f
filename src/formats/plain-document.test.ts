import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inChunks } from '../../test/formats/documents.js'
import { sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { Table } from '../schema/schema.js'
import { readPlainDocument } from './read-plain-document.js'
import { surveyPlainDocument, type PlainSurvey } from './survey-plain-document.js'

const HEAD = '{"export_metadata":{"version":"2.0.0","schema_version":"1.0"}'
const users = tableOf('users', [sqliteColumn('id', 'INTEGER'), sqliteColumn('name', 'TEXT'), sqliteColumn('any', '')])
const survey = async (text: string | Buffer, sizes?: readonly number[]): Promise<PlainSurvey> => surveyPlainDocument(inChunks(text, sizes), () => undefined)

async function read(text: string, tables: readonly Table[], sizes?: readonly number[]): Promise<Map<string, string[]>> {
  const { tables: surveyed } = await survey(text, sizes)
  const lines = new Map<string, string[]>()
  const conversion = { allows: () => false, spacedTimes: false, onLost: () => undefined }
  for await (const { id, rows } of readPlainDocument(inChunks(text, sizes), { tables, surveyed, conversion })) {
    const own: string[] = []
    for await (const { bytes } of rows) own.push(...bytes.toString().split('\n').slice(0, -1))
    lines.set(id, own)
  }
  return lines
}

test('groups and tables that are null or empty are passed over', async () => {
  const text = `${HEAD}, "a":null, "b":{}, "c":{"x":null,"users":[ ],"y":[]}, "d":{"z":[{}]} }\n`
  const { tables } = await survey(text, [1])
  expect([...tables]).toEqual([['users', { rows: 0, columns: [] }], ['y', { rows: 0, columns: [] }], ['z', { rows: 1, columns: [] }]])
  expect([...(await read(`${HEAD},"c":{"y":[],"users":[{"id":1}]}}`, [users], [3]))]).toEqual([['users', ['{"id":1,"name":null,"any":null}']]])
})

test('any rows become canonical lines, whatever the order of keys, the white space and the chunks', async () => {
  const row = fc.record({ id: fc.maxSafeInteger(), name: fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text).toString()), any: fc.oneof(fc.maxSafeInteger(), fc.constant(null)) }, { requiredKeys: [] })
  const shuffled = fc.tuple(row, fc.boolean()).map(([each, turn]) => (turn ? Object.fromEntries(Object.entries(each).reverse()) : each))
  const property = fc.asyncProperty(fc.array(shuffled, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 3 }), fc.nat(3), async (rows, sizes, indent) => {
    const text = JSON.stringify({ export_metadata: { schema_version: '1.0', record_counts: { users: rows.length } }, core: { users: rows } }, null, indent)
    const lines = (await read(text, [users], sizes)).get('users') ?? []
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows.map((each) => ({ id: null, name: null, any: null, ...each })))
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toEqual(['id', 'name', 'any'])
  })
  await fc.assert(property, { numRuns: 300 })
})

test('bytes changed at random are read or refused, never anything else', async () => {
  const good = Buffer.from(`${HEAD},"core":{"users":[{"id":1,"name":"a"},{"id":3e+11,"name":"é","any":[1,{"b":null}]}]},"more":null}`)
  const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:\\u0e-tfn\n '))), how: fc.constantFrom('set', 'insert', 'remove') })
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 200 }), async (changes, size) => {
    let mutated: Buffer = good
    for (const { at, byte, how } of changes) {
      mutated = Buffer.concat([mutated.subarray(0, at), how === 'remove' ? Buffer.alloc(0) : Buffer.of(byte), mutated.subarray(how === 'insert' ? at : at + 1)])
    }
    const outcome = await survey(mutated, [size]).catch((error: unknown) => {
      if (!HoldallError.is(error)) throw error
      expect(error.code).toBe('DOCUMENT_INVALID')
      return null
    })
    // What was read is JSON for everybody.
    if (outcome !== null) expect(() => JSON.parse(mutated.toString('utf8')) as unknown).not.toThrow()
  })
  await fc.assert(property, { numRuns: 1000 })
})

test('a document cut anywhere is refused', async () => {
  const text = `${HEAD},"core":{"users":[{"id":1},{"id":2}]},"more":null}`
  for (let end = 0; end < text.length; end += 1) await expect(survey(text.slice(0, end))).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' })
  expect((await survey(text)).tables.get('users')).toEqual({ rows: 2, columns: ['id'] })
})

test('rows with ever new keys do not fill the memory', async () => {
  const rows = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(`${HEAD},"core":{"users":[{"id":1}`)
    for (let row = 0; ; row += 1) yield Buffer.from(`,{"key${row}":1}`)
  }
  await expect(surveyPlainDocument(rows(), () => undefined)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', message: expect.stringContaining('different keys') as string })
})

test('the same document has the same digest, another has another', async () => {
  const text = `${HEAD},"core":{"users":[]}}`
  expect((await survey(text, [1])).sha256).toBe((await survey(text)).sha256)
  expect((await survey(`${text}\n`)).sha256).not.toBe((await survey(text)).sha256)
})
