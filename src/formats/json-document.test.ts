import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { column, documentText, inChunks, randomTables, readDocument, respaced, rowText, schemaOf, table, batches, type RandomTable } from '../../test/formats/documents.js'
import { readJsonDocument } from './read-json-document.js'
import { writeJsonDocument } from './write-json-document.js'

const users = table('users', [column('id', { family: 'integer' }), column('name', { family: 'text' }), column('shout', { family: 'text' }, true)])
const orders = table('orders', [column('id'), column('tags', { family: 'array', element: { family: 'text' }, delimiter: ',' })])
const small = {
  tables: [users, orders],
  lines: { users: ['{"id":1,"name":"Zoë"}', '{"id":"9007199254740993","name":null}'], orders: ['{"id":1.50,"tags":["a",[]]}'] },
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 })
const asProps = (tables: readonly RandomTable[]): Parameters<typeof documentText>[0] => ({
  tables: tables.map((each) => each.table),
  lines: Object.fromEntries(tables.map((each) => [each.table.id, each.rows.map((cells) => rowText(each, cells))])),
})
const expected = (tables: readonly RandomTable[]): [string, string[]][] => tables.map((each) => [each.table.id, each.rows.map((cells) => rowText(each, cells))])
const byId = (tables: readonly (readonly [string, readonly string[]])[]): unknown => [...tables].sort(([a], [b]) => (a < b ? -1 : 1))

test('the compact document is one row a line', async () => {
  const text = await documentText(small)
  const [, metadata, ...rest] = text.split('\n')
  expect(metadata).toMatch(/^"export_metadata":\{"format":"holdall-json","format_version":1,"exported_at":"2026-02-16T10:00:00.000Z",.*"record_counts":\{"users":2,"orders":1\},"groups":null,"schema":\{.*\}\},$/)
  const sha256 = createHash('sha256').update([...small.lines.users, ...small.lines.orders].map((line) => `${line}\n`).join('')).digest('hex')
  expect(rest).toEqual([
    '"tables":{',
    '"users":[',
    '{"id":1,"name":"Zoë"},',
    '{"id":"9007199254740993","name":null}',
    '],',
    '"orders":[',
    '{"id":1.50,"tags":["a",[]]}',
    ']',
    '},',
    `"export_end":{"complete":true,"record_counts":{"users":2,"orders":1},"sha256":"${sha256}"}`,
    '}',
    '',
  ])
})

test('the digest of a compact document can be checked with the command of docs/FORMAT.md', async () => {
  const text = await documentText({ ...small, tables: [...small.tables, table('bare', [])], lines: { ...small.lines, bare: ['{}', '{}'] } })
  const command = /`(sed -n .*) FILE \| sha256sum`/.exec(readFileSync(new URL('../../docs/FORMAT.md', import.meta.url), 'utf8'))?.[1] ?? ''
  const rows = execFileSync('sh', ['-c', command], { input: text })
  expect(text).toContain(`"sha256":"${createHash('sha256').update(rows).digest('hex')}"`)
})

test('the pretty document indents rows and what is in them, and leaves numbers alone', async () => {
  const text = await documentText({ ...small, pretty: true })
  expect(text.slice(text.indexOf('\n  "tables"'), text.indexOf('\n  "export_end"'))).toBe(`
  "tables": {
    "users": [
      {
        "id": 1,
        "name": "Zoë"
      },
      {
        "id": "9007199254740993",
        "name": null
      }
    ],
    "orders": [
      {
        "id": 1.50,
        "tags": [
          "a",
          []
        ]
      }
    ]
  },`)
  expect(text.replace('1.50', '1.5')).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`)
})

test('groups come in the order of the profile, tables in the order of their group, the rest under other', async () => {
  const tables = ['a', 'b1', 'b2', 'c', 'd'].map((id) => table(id, [column('x')]))
  const groups = { late: ['c', 'nothing', 'b2'], empty: ['zzz'], early: ['b*', 'c'] }
  const text = await documentText({ tables, lines: {}, groups })
  const parsed = JSON.parse(text) as Record<string, object>
  expect(Object.entries(parsed).slice(1, -1).map(([group, members]) => [group, ...Object.keys(members)])).toEqual([['late', 'c', 'b2'], ['early', 'b1'], ['other', 'a', 'd']])
  const read = await readDocument(text)
  expect(read.tables.map(([id]) => id)).toEqual(['c', 'b2', 'b1', 'a', 'd'])
  expect(read.document.groups).toEqual([{ name: 'late', tables: ['c', 'b2'] }, { name: 'early', tables: ['b1'] }, { name: 'other', tables: ['a', 'd'] }])
})

test('a group called other takes the tables that are in none', async () => {
  const tables = ['a', 'b', 'c'].map((id) => table(id, [column('x')]))
  const read = await readDocument(await documentText({ tables, lines: {}, groups: { other: ['c'], late: ['b'] } }))
  expect(read.tables.map(([id]) => id)).toEqual(['c', 'a', 'b'])
})

test.each(['export_metadata', 'export_end'])('no group may be called %s', async (name) => {
  await expect(documentText({ ...small, groups: { [name]: ['users'] } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test('the metadata comes back as it was', async () => {
  const { document } = await readDocument(await documentText(small))
  expect(document.schema).toEqual(schemaOf(small.tables))
  expect([...document.recordCounts]).toEqual([['users', 2], ['orders', 1]])
  expect(document.groups).toBeNull()
})

test('any rows come back byte for byte, pretty or compact, in groups or not, whatever the chunks', async () => {
  const property = fc.asyncProperty(randomTables, fc.boolean(), fc.boolean(), sizes, async (tables, pretty, grouped, chunks) => {
    const groups = grouped ? { some: [tables[0]!.table.id], 'no one': [] } : undefined
    const text = await documentText({ ...asProps(tables), pretty, ...(groups === undefined ? {} : { groups }) })
    const read = await readDocument(text, chunks)
    expect(byId(read.tables)).toEqual(byId(expected(tables)))
    expect(read.document.handEdited()).toBe(false)
  })
  await fc.assert(property, { numRuns: 150 })
})

test('other white space anywhere changes nothing', async () => {
  const blank = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n', '  \n ')
  const property = fc.asyncProperty(randomTables, fc.array(blank, { minLength: 1, maxLength: 7 }), sizes, async (tables, blanks, chunks) => {
    const read = await readDocument(respaced(await documentText(asProps(tables)), blanks), chunks)
    expect(read.tables).toEqual(expected(tables))
    expect(read.document.handEdited()).toBe(false)
  })
  await fc.assert(property, { numRuns: 150 })
})

test('keys of a row in another order are put in order', async () => {
  const property = fc.asyncProperty(randomTables, fc.infiniteStream(fc.nat()), fc.boolean(), sizes, async (tables, numbers, pretty, chunks) => {
    const shuffle = (count: number): number[] => Array.from({ length: count }, (_, index) => [numbers.next().value, index] as const).sort(([a], [b]) => a - b).map(([, index]) => index)
    const lines = Object.fromEntries(tables.map((each) => [each.table.id, each.rows.map((cells) => rowText(each, cells, shuffle(cells.length)))]))
    const read = await readDocument(await documentText({ ...asProps(tables), lines, pretty }), chunks)
    expect(read.tables).toEqual(expected(tables))
  })
  await fc.assert(property, { numRuns: 150 })
})

test('keys spelled with other escapes are the same keys', async () => {
  const text = (await documentText(small)).replace('"id":1,', '"\\u0069d" : 1,')
  const { tables, document } = await readDocument(text)
  expect(tables[0]![1][0]).toBe('{"id":1,"name":"Zoë"}')
  expect(document.handEdited()).toBe(false)
})

test('fields of composites are put in order too, in arrays as well', async () => {
  const point = { family: 'composite', fields: [{ name: 'x', encoding: { family: 'real' } }, { name: 'y', encoding: { family: 'real' } }] } as const
  const path = { family: 'array', element: point, delimiter: ',' } as const
  const shapes = table('shapes', [column('at', point), column('path', path), column('nested', { family: 'composite', fields: [{ name: 'path', encoding: path }] })])
  const line = '{"at":{"x":1.0,"y":2},"path":[[{"x":1,"y":null}],null],"nested":{"path":[]}}'
  const other = '{"nested": {"path": [ ]}, "path": [ [ {"y": null, "x": 1} ], null ], "at": {"y":2,"x":1.0}}'
  const nulls = '{"at":null,"path":"[0:1]={1,2}","nested":{"path":null}}'
  const text = await documentText({ tables: [shapes], lines: { shapes: [other, line, nulls] } })
  expect((await readDocument(text, [7])).tables).toEqual([['shapes', [line, line, nulls]]])
  const broken = await documentText({ tables: [shapes], lines: { shapes: [line, line.replace('"y":2', '"z":2')] } })
  await expect(readDocument(broken)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'shapes', row: 2 }, message: expect.stringContaining('key "z" is unknown') as string })
})

test('an edited value is read, and said to be edited', async () => {
  const { tables, document } = await readDocument((await documentText(small)).replace('Zoë', 'Zoe'))
  expect(tables[0]![1][0]).toBe('{"id":1,"name":"Zoe"}')
  expect(document.handEdited()).toBe(true)
})

test('handEdited is not known before the end', async () => {
  const document = await readJsonDocument(inChunks(await documentText(small)))
  expect(() => document.handEdited()).toThrow('not read to its end')
  await document.finish()
  expect(document.handEdited()).toBe(false)
})

test('rows that nobody takes are read and checked all the same', async () => {
  const text = await documentText(small)
  const document = await readJsonDocument(inChunks(text, [5]))
  const ids: string[] = []
  for await (const { id } of document.tables()) ids.push(id)
  expect(ids).toEqual(['users', 'orders'])
  expect(document.handEdited()).toBe(false)
  const broken = await readJsonDocument(inChunks(text.replace('"tags"', '"tag"')))
  await expect(broken.finish()).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'orders', row: 1 } })
})

test('leaving early and finishing later reads the rest', async () => {
  const document = await readJsonDocument(inChunks(await documentText(small), [9]))
  for await (const { rows } of document.tables()) {
    for await (const _ of rows) break
    break
  }
  await document.finish()
  expect(document.handEdited()).toBe(false)
})

test('the source is read as rows are asked for, and given back when done, broken or closed', async () => {
  const wide = table('wide', [column('x')])
  const lines = Array.from({ length: 4000 }, (_, index) => `{"x":"${String(index).padStart(1000, '.')}"}`)
  const text = Buffer.from(await documentText({ tables: [wide], lines: { wide: lines } }))
  for (const how of ['done', 'broken', 'closed'] as const) {
    let read = 0
    let returned = false
    const source = async function* (): AsyncGenerator<Buffer> {
      try {
        for (let at = 0; at < text.length; at += 1 << 16) {
          read += 1
          yield how === 'broken' && at > 1 << 20 ? Buffer.from('!!') : text.subarray(at, at + (1 << 16))
        }
      } finally {
        returned = true
      }
    }
    const document = await readJsonDocument(source())
    expect(read).toBe(1)
    for await (const { rows } of document.tables()) {
      for await (const _ of rows) break
      break
    }
    expect(read).toBeGreaterThan(14)
    expect(read).toBeLessThan(20)
    if (how === 'closed') await document.close()
    else if (how === 'done') await document.finish()
    else await expect(document.finish()).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'wide' } })
    expect(returned).toBe(true)
  }
})

test('an aborted signal stops reading and writing', async () => {
  const text = await documentText(small)
  const stop = new AbortController()
  const document = await readJsonDocument(inChunks(text, [300]), stop.signal)
  stop.abort()
  await expect(document.finish()).rejects.toMatchObject({ code: 'INTERRUPTED' })
  const write = writeJsonDocument(
    { write: async () => undefined },
    { schema: schemaOf([users]), groups: {}, counts: new Map([['users', 1]]), pretty: false, rows: () => batches(['{"id":1,"name":""}'], 1) },
    stop.signal,
  )
  await expect(write).rejects.toMatchObject({ code: 'INTERRUPTED' })
})

test('a table that gives another number of rows than was counted is not written as if nothing were', async () => {
  const write = writeJsonDocument(
    { write: async () => undefined },
    { schema: schemaOf([users]), groups: {}, counts: new Map([['users', 2]]), pretty: false, rows: () => batches(['{"id":1,"name":""}'], 1) },
  )
  await expect(write).rejects.toMatchObject({ code: 'VERIFICATION_FAILED', place: { table: 'users' } })
})

test('the writer waits for its sink before it asks for more rows', async () => {
  const order: string[] = []
  const rows = async function* (): ReturnType<typeof batches> {
    for await (const batch of batches(['{"id":1,"name":""}', '{"id":2,"name":""}'], 1)) {
      order.push('rows')
      yield batch
    }
  }
  const written = await writeJsonDocument(
    {
      write: async () => {
        await new Promise(setImmediate)
        order.push('written')
      },
    },
    { schema: schemaOf([users]), groups: {}, counts: new Map([['users', 2]]), pretty: false, rows },
  )
  expect(order).toEqual(['rows', 'written', 'rows', 'written', 'written'])
  expect(written).toEqual([{ table: 'users', rows: 2, bytes: 38 }])
})


describe('stubs', () => {
  const gone = table('gone', [column('code')])
  const schema = { ...schemaOf([users, orders]), stubs: { users: ['id'], gone: ['code'], none: ['code'] }, stubTables: [gone, { ...gone, id: 'none' }] }
  const stubs: Readonly<Record<string, readonly string[]>> = { users: ['{"id":7}', '{"id":8}'], gone: ['{"code":"x"}'], none: [] }

  async function written(pretty: boolean): Promise<string> {
    const parts: Buffer[] = []
    const lines = small.lines as Readonly<Record<string, readonly string[]>>
    await writeJsonDocument(
      { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
      { schema, groups: {}, counts: new Map([['users', 2], ['orders', 1]]), pretty, rows: ({ id }) => batches(lines[id]!, 2), stubs: (id) => batches(stubs[id]!, 1) },
    )
    return Buffer.concat(parts).toString('utf8')
  }

  test('stand behind all tables, a row a line, and come back with their columns', async () => {
    const text = await written(false)
    expect(text.slice(text.indexOf('\n"stubs":{'), text.indexOf('\n"export_end"'))).toBe('\n"stubs":{\n"users":[\n{"id":7},\n{"id":8}\n],\n"gone":[\n{"code":"x"}\n],\n"none":[]\n},')
    for (const document of [text, await written(true), respaced(await written(true), [' ', '\n', '']) ]) {
      const { tables, document: read } = await readDocument(document)
      expect(tables).toEqual([['users', small.lines.users], ['orders', small.lines.orders], ['users', stubs['users']], ['gone', stubs['gone']], ['none', []]])
      expect(read.schema).toMatchObject({ stubs: schema.stubs, stubTables: schema.stubTables })
      expect(read.handEdited()).toBe(false)
    }
  })

  test('may be added and taken away by hand, which is noticed', async () => {
    const text = await written(false)
    const fewer = await readDocument(text.replace('{"id":7},\n', '').replace('\n],\n"none":[]', '\n]'))
    expect(fewer.tables.slice(2)).toEqual([['users', ['{"id":8}']], ['gone', stubs['gone']]])
    expect(fewer.document.handEdited()).toBe(true)
    const none = await readDocument(text.replace(/\n"stubs":\{.*?\n\},/s, ''))
    expect(none.tables).toHaveLength(2)
  })

  test.each<[string, (text: string) => string, string]>([
    ['of a table without any', (text) => text.replace('"none":[]', '"other":[]'), 'table "other" has no stubs'],
    ['of a table twice', (text) => text.replace('"none":[]', '"gone":[]'), 'table "gone" has no stubs in export_metadata, or is there twice'],
    ['with another key', (text) => text.replace('{"id":7}', '{"id":7,"name":"a"}'), 'key "name" is unknown'],
    ['twice', (text) => text.replace('\n"export_end"', '\n"stubs":{},\n"export_end"'), 'key "stubs" is no group'],
    ['before the tables', (text) => text.replace('"tables":{', '"stubs":{},\n"tables":{'), 'key "tables" is no group'],
    ['of a column there is none of', (text) => text.replace('"users":["id"]', '"users":["idd"]'), 'export_metadata.stubs["users"]: not stored columns'],
  ])('%s are refused', async (_name, change, message) => {
    await expect(readDocument(change(await written(false)))).rejects.toMatchObject({ code: 'DOCUMENT_INVALID', message: expect.stringContaining(message) as string })
  })

  test('are a key that no group may have', async () => {
    await expect(documentText({ ...small, groups: { stubs: ['users'] } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
