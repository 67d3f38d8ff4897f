import fc from 'fast-check'
import { expect, test } from 'vitest'
import { column, documentText, inChunks, readDocument, schemaOf, table } from '../../test/formats/documents.js'
import { HoldallError } from '../errors/holdall-error.js'
import { MAX_DEPTH } from './json-scanner.js'
import { readJsonDocument } from './read-json-document.js'

const users = table('users', [column('id'), column('name')])
const logs = table('logs', [column('id')])
const good = await documentText({ tables: [users, logs], lines: { users: ['{"id":1,"name":"a"}', '{"id":2,"name":"b"}'], logs: ['{"id":3}'] } })

async function failure(document: string | Buffer, sizes?: readonly number[]): Promise<HoldallError> {
  const error: unknown = await readDocument(document, sizes).then(
    () => new Error('it was read'),
    (reason: unknown) => reason,
  )
  if (!HoldallError.is(error)) throw error
  return error
}

/** The byte that a message names. */
function byteNamed(message: string): number {
  return Number(/byte (\d+), line/.exec(message)?.[1])
}

const second = '{"id":2,"name":"b"}'
const row = (text: string | Buffer): Buffer => {
  const at = good.indexOf(second)
  return Buffer.concat([Buffer.from(good.slice(0, at)), Buffer.from(text), Buffer.from(good.slice(at + second.length))])
}

test.each<[string, string | Buffer, string, number]>([
  ['a missing key', '{"id":2}', 'missing key "name"', 7],
  ['several missing keys', '{}', 'missing keys "id", "name"', 1],
  ['an unknown key', '{"id":2,"nam":"b"}', 'key "nam" is unknown', 8],
  ['an unknown key beside all others', '{"id":2,"name":"b","x":1}', 'key "x" is unknown', 19],
  ['a key there twice', '{"id":2,"name":"b","id":2}', 'key "id" is there twice', 19],
  ['a key there twice, spelled otherwise', '{"id":2,"\\u0069d":3,"name":"b"}', 'key "id" is there twice', 8],
  ['a comma before the brace', '{"id":2,"name":"b",}', 'no comma may stand before', 18],
  ['two commas', '{"id":2,,"name":"b"}', 'a key in double quotes is expected', 8],
  ['a missing colon', '{"id" 2,"name":"b"}', 'a colon is expected', 6],
  ['a missing comma', '{"id":2 "name":"b"}', "a comma or '}' is expected", 8],
  ['a comma before the bracket', '{"id":[1,],"name":"b"}', "a value is expected, not ']'", 9],
  ['single quotes', "{'id':2}", 'a key in double quotes is expected', 1],
  ['a bare word', '{"id":two,"name":"b"}', 'this is not "true"', 6],
  ['NaN', '{"id":NaN,"name":"b"}', "a value is expected, not 'N'", 6],
  ['nul', '{"id":nul,"name":"b"}', 'this is not "null"', 6],
  ['a number with a leading zero', '{"id":02,"name":"b"}', 'must not start with 0', 7],
  ['a number with a plus', '{"id":+2,"name":"b"}', 'a value is expected', 6],
  ['a number without digits', '{"id":-,"name":"b"}', 'a digit is expected', 7],
  ['a number ending in a dot', '{"id":2.,"name":"b"}', 'a digit is expected', 8],
  ['a number ending in an exponent', '{"id":2e,"name":"b"}', 'a digit is expected', 8],
  ['a hexadecimal number', '{"id":0x2,"name":"b"}', "a comma or '}' is expected", 7],
  ['a wrong escape', '{"id":2,"name":"\\x41"}', 'there is no escape', 16],
  ['a wrong \\u escape', '{"id":2,"name":"\\u00g1"}', 'four hexadecimal digits', 20],
  ['half a surrogate pair', '{"id":2,"name":"\\ud83d"}', 'half a surrogate pair', 16],
  ['the second half alone', '{"id":2,"name":"\\ude00"}', 'half a surrogate pair', 16],
  ['two first halves', '{"id":2,"name":"\\ud83d\\ud83d"}', 'half a surrogate pair', 16],
  ['a raw newline in a string', '{"id":2,"name":"b\n"}', 'control character (byte 0x0a)', 17],
  ['a raw NUL in a string', '{"id":2,"name":"b\0"}', 'control character (byte 0x00)', 17],
  ['a comment', '{"id":2,/* two */"name":"b"}', 'a key in double quotes is expected', 8],
  ['a row that is an array', '[2,"b"]', "a row is expected, not '['", 0],
  ['a row that is null', 'null', "a row is expected, not 'n'", 0],
  ['an empty place', '', "a row is expected, not ']'", 1],
  ['two rows without a comma', `${second}${second}`, "a comma or ']' is expected", second.length],
  ['an overlong encoding', Buffer.from('{"id":2,"name":"\xc0\x80"}', 'latin1'), 'not UTF-8', 16],
  ['a surrogate in UTF-8', Buffer.from('{"id":2,"name":"\xed\xa0\x80"}', 'latin1'), 'not UTF-8', 16],
  ['half a character', Buffer.from('{"id":2,"name":"\xe2\x82"}', 'latin1'), 'not UTF-8', 16],
  ['Latin-1', Buffer.from('{"id":2,"name":"\xe9"}', 'latin1'), 'not UTF-8', 16],
])('%s is named by table, row, byte and line', async (_, text, problem, at) => {
  for (const sizes of [[1 << 16], [1], [7, 3]]) {
    const { code, message, place } = await failure(row(text), sizes)
    expect(code).toBe('DOCUMENT_INVALID')
    expect(message).toContain(problem)
    expect(byteNamed(message)).toBe(good.indexOf(second) + at)
    expect(message).toContain(', line ')
    // An empty place is found on the line after it.
    expect(place).toEqual({ table: 'users', row: text === `${second}${second}` ? 3 : 2 })
  }
})

test.each([
  ['pretty', true, (text: string) => text],
  ['compact', false, (text: string) => text],
  ['all on one line', false, (text: string) => text.replaceAll('\n', '')],
])('line and column are those of the byte in a document that is %s', async (_, pretty, change) => {
  const lines = { users: ['{"id":1,"name":"aé"}', '{"id":"€😀","name":"b"}'] }
  const text = change(await documentText({ tables: [users], lines, pretty })).replace('"b"', 'b')
  for (const sizes of [[1 << 16], [1], [7, 3]]) {
    const { message } = await failure(text, sizes)
    const bytes = Buffer.from(text)
    const before = bytes.subarray(0, byteNamed(message)).toString()
    const line = before.split('\n')
    expect(message).toContain(`line ${line.length}, column ${Array.from(line.at(-1) ?? '').length + 1})`)
    expect(text.slice(before.length)).toMatch(/^b[\n}]/)
  }
})

test.each<[string, (document: string) => string, RegExp, object]>([
  ['nothing at all', () => '', /empty/, {}],
  ['white space alone', () => ' \n\t', /empty/, {}],
  ['an array', () => '[]', /'\{' is expected/, {}],
  ['another object', () => '{"a":1}', /first key of the document is not "export_metadata"/, {}],
  ['an empty object', () => '{}', /first key/, {}],
  ['another format', (text) => text.replace('"holdall-json"', '"loom"'), /export_metadata\.format: none of holdall-json/, {}],
  ['metadata that is a list', () => '{"export_metadata":[]}', /export_metadata: no object/, {}],
  ['metadata without a schema', () => '{"export_metadata":{"format":"holdall-json","format_version":1}}', /export_metadata\.\w+: no/, {}],
  ['no end', (text) => text.replace(/,\n"export_end".*\n/, '\n'), /"export_end" is missing/, {}],
  ['an end that is not complete', (text) => text.replace('"complete":true', '"complete":false'), /export_end\.complete: not true/, {}],
  ['an end without a digest', (text) => text.replace(/,"sha256":"\w+"/, ''), /export_end\.sha256: no string/, {}],
  ['something behind the end', (text) => text.replace(/\n\}\n$/, ',"more":1}\n'), /nothing may follow "export_end"/, {}],
  ['something behind the document', (text) => `${text}{}`, /something follows the end/, {}],
  ['another group', (text) => text.replace('"tables":{', '"core":{'), /key "core" is no group/, {}],
  ['a group twice', (text) => text.replace('"export_end"', '"tables":{},\n"export_end"'), /key "tables" is no group of this document, or is there twice/, {}],
  ['a table that is not described', (text) => text.replace('"users":[\n', '"user":[\n'), /table "user" is not in the document's schema/, {}],
  ['a table twice', (text) => text.replace('"logs":[\n{"id":3}\n]', '"logs":[\n{"id":3}\n],"users":[]'), /table "users" is there twice/, {}],
  ['a table that is missing', (text) => text.replace(',\n"logs":[\n{"id":3}\n]', ''), /its rows are not there/, { table: 'logs' }],
  ['a table that is an object', (text) => text.replace('"logs":[\n', '"logs":{\n'), /'\[' is expected/, {}],
  ['a row removed', (text) => text.replace(`,\n${second}`, ''), /holds 1 rows, and record_counts of export_metadata says 2/, { table: 'users' }],
  ['a row removed and one count corrected', (text) => text.replace(`,\n${second}`, '').replace('"users":2', '"users":1'), /record_counts of export_end says 2/, { table: 'users' }],
  ['an end that counts another table', (text) => text.replace(/("complete":true,"record_counts":\{)/, '$1"more":1,'), /record_counts of export_end says 1/, { table: 'more' }],
  ['counts without a table', (text) => text.replace('"record_counts":{"users":2,', '"record_counts":{'), /record_counts lacks a table/, { table: 'users' }],
  ['a count that is no number', (text) => text.replace('"users":2', '"users":"2"'), /record_counts\["users"\]: no whole number/, {}],
])('%s is refused', async (_, change, problem, place) => {
  const changed = change(good)
  expect(changed).not.toBe(good)
  for (const sizes of [[1 << 16], [1]]) {
    const error = await failure(changed, sizes)
    expect(error.message).toMatch(problem)
    expect(error.code).toBe('DOCUMENT_INVALID')
    expect(error.place).toEqual(place)
  }
})

test('rows added with both counts corrected are read as an edited document', async () => {
  const changed = good.replaceAll('"users":2', '"users":3').replace(second, `${second},{"name":"c","id":3}`)
  const { tables, document } = await readDocument(changed)
  expect(tables[0]![1]).toHaveLength(3)
  expect(document.handEdited()).toBe(true)
})

test('a document of a newer version is refused as such', async () => {
  expect((await failure(good.replace('"format_version":1', '"format_version":2'))).code).toBe('ARCHIVE_NEWER')
})

test('a byte order mark is passed over', async () => {
  expect((await readDocument(`\uFEFF${good}`, [1])).document.handEdited()).toBe(false)
})

test('a document cut anywhere is refused', async () => {
  const bytes = Buffer.from(good)
  const whole = good.lastIndexOf('}') + 1
  for (let end = 0; end < whole; end += end < good.indexOf('"tables"') ? 37 : 1) {
    const error = await failure(bytes.subarray(0, end))
    expect([end, error.code]).toEqual([end, 'DOCUMENT_INVALID'])
  }
  expect((await readDocument(bytes.subarray(0, whole))).document.handEdited()).toBe(false)
})

test('bytes changed at random are read or refused, never anything else', async () => {
  const bytes = Buffer.from(good)
  const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]",:\\u0e-tfn\n '))), how: fc.constantFrom('set', 'insert', 'remove') })
  const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3000 }), async (changes, size) => {
    let mutated: Buffer = bytes
    for (const { at, byte, how } of changes) {
      mutated = Buffer.concat([mutated.subarray(0, at), how === 'remove' ? Buffer.alloc(0) : Buffer.of(byte), mutated.subarray(how === 'insert' ? at : at + 1)])
    }
    await readDocument(mutated, [size]).catch((error: unknown) => {
      if (!HoldallError.is(error)) throw error
      expect(['DOCUMENT_INVALID', 'ARCHIVE_NEWER']).toContain(error.code)
    })
  })
  await fc.assert(property, { numRuns: 1500 })
})

test('what is read from a changed row is what JSON.parse reads', async () => {
  const property = fc.asyncProperty(fc.nat(second.length), fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('"', '\\', '\\n', ',', ':', '{', '}', '0', 'e1', '.5', ' ', '\n')), fc.nat(2), async (at, insert, cut) => {
    const changed = second.slice(0, at) + insert + second.slice(at + cut)
    const outcome = await readDocument(row(changed)).then(
      ({ tables }) => tables[0]![1].map((line) => JSON.parse(line) as unknown),
      (error: unknown) => (HoldallError.is(error) ? null : Promise.reject(error as Error)),
    )
    if (outcome === null) {
      // Refused: then it is not JSON, or it is not exactly these two keys, or it is not one row.
      let parsed: unknown
      try {
        parsed = JSON.parse(`[${changed}]`)
      } catch {
        return
      }
      const rows = parsed as Record<string, unknown>[]
      const keys = changed.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/g) ?? []
      expect(rows.length === 1 && Object.keys(rows[0] ?? {}).sort().join() === 'id,name' && keys.length === 2).toBe(false)
    } else expect(outcome).toEqual(JSON.parse(`[{"id":1,"name":"a"},${changed}]`))
  })
  await fc.assert(property, { numRuns: 1500 })
})

test('nesting has a bound', async () => {
  const nested = (depth: number): Buffer => row(`{"id":${'['.repeat(depth)}${']'.repeat(depth)},"name":"b"}`)
  expect((await readDocument(nested(MAX_DEPTH - 1))).tables).toHaveLength(2)
  expect((await failure(nested(MAX_DEPTH))).message).toContain('nest deeper than')
  expect((await failure(row(`{"id":${'['.repeat(1_000_000)}`))).message).toContain('nest deeper than')
  expect((await failure(`{"export_metadata":${'{"a":'.repeat(100_000)}`)).message).toContain('nest deeper than')
})

test('endless white space, keys and metadata do not fill the memory', async () => {
  const endless = async function* (start: string, fill: string, bytes: number): AsyncGenerator<Buffer> {
    yield Buffer.from(start)
    const chunk = Buffer.alloc(1 << 20, fill)
    for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk
  }
  await expect(readJsonDocument(endless('', ' ', 1 << 28))).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', message: 'the document is empty' })
  await expect(readJsonDocument(endless('{"', 'a', Infinity))).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', message: expect.stringMatching(/more than \d+ bytes in the first key/) as string })
  await expect(readJsonDocument(endless('{"export_metadata":"', 'a', Infinity))).rejects.toMatchObject({ message: expect.stringMatching(/more than \d+ bytes in export_metadata/) as string })
})

test('a failure of the source itself is passed on', async () => {
  const source = async function* (): AsyncGenerator<Buffer> {
    yield* inChunks(good.slice(0, 200))
    throw new Error('the disk is gone')
  }
  await expect(readJsonDocument(source())).rejects.toThrow('the disk is gone')
})

test('a schema with a column twice is refused', async () => {
  const text = good.replace(JSON.stringify(schemaOf([logs]).schema.tables[0]!.columns[0]), (found) => `${found},${found}`)
  expect((await failure(text)).code).toBe('DOCUMENT_INVALID')
})
