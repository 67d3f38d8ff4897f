import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchesOf, importLines, importTable, begin, schemaFrom, storedRows, tableIn } from '../../../../test/sqlite/importing.js'
import { databaseFile, scratchFolder } from '../../../../test/sqlite/scratch.js'
import { sqliteColumn } from '../../../../test/schema/tables.js'
import { cellRule } from './cell-rule.js'
import { looksNumeric } from './numeric-text.js'
import { rowScanner } from './scan-rows.js'
import Database from 'better-sqlite3'

const DDL = 'CREATE TABLE t (id INTEGER PRIMARY KEY, "né\'m""e" TEXT, b BLOB, r REAL, a)'
const KEY = JSON.stringify('né\'m"e')
const good = (id: number): string => `{"id":${id},${KEY}:"x","b":"00ff","r":1.5,"a":null}`

test.each<[string, string, string | undefined]>([
  ['a missing key', `{"id":2,"b":"00","r":1.5,"a":null}`, 'né\'m"e'],
  ['a missing key at the end', `{"id":2,${KEY}:"x","b":"00","r":1.5}`, 'a'],
  ['a key too many', `{"id":2,${KEY}:"x","b":"00","r":1.5,"a":null,"z":1}`, undefined],
  ['a key twice', `{"id":2,"id":2,${KEY}:"x","b":"00","r":1.5,"a":null}`, 'né\'m"e'],
  ['an array', `[2,"x","00",1.5,null]`, undefined],
  ['a number', `5`, undefined],
  ['nothing', ``, undefined],
  ['white space', `{"id":2, ${KEY}:"x","b":"00","r":1.5,"a":null}`, 'né\'m"e'],
  ['text after the row', `${good(2)}x`, undefined],
  ['a boolean where there is none', `{"id":2,${KEY}:true,"b":"00","r":1.5,"a":null}`, 'né\'m"e'],
  ['an array in a text column', `{"id":2,${KEY}:["x"],"b":"00","r":1.5,"a":null}`, 'né\'m"e'],
  ['upper case hex', `{"id":2,${KEY}:"x","b":"00FF","r":1.5,"a":null}`, 'b'],
  ['half a byte', `{"id":2,${KEY}:"x","b":"00f","r":1.5,"a":null}`, 'b'],
  ['text in a real column', `{"id":2,${KEY}:"x","b":"00","r":"1.5","a":null}`, 'r'],
  ['NaN from SQLite', `{"id":2,${KEY}:"x","b":"00","r":"NaN","a":null}`, 'r'],
  ['a number beyond doubles', `{"id":2,${KEY}:"x","b":"00","r":1e400,"a":null}`, 'r'],
  ['an integer that JSON readers round', `{"id":9007199254740993,${KEY}:"x","b":"00","r":1,"a":null}`, 'id'],
  ['an integer beyond 64 bits', `{"id":"9223372036854775808",${KEY}:"x","b":"00","r":1,"a":null}`, 'id'],
  ['a leading zero', `{"id":02,${KEY}:"x","b":"00","r":1,"a":null}`, 'id'],
  ['a hexadecimal number', `{"id":0x2,${KEY}:"x","b":"00","r":1,"a":null}`, undefined],
  ['a point without digits', `{"id":2,${KEY}:"x","b":"00","r":1.,"a":null}`, 'r'],
  ['an exponent without digits', `{"id":2,${KEY}:"x","b":"00","r":1e,"a":null}`, 'r'],
  ['JSON5 infinity', `{"id":2,${KEY}:"x","b":"00","r":Infinity,"a":null}`, 'r'],
  ['single quotes', `{"id":2,${KEY}:'x',"b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['an unknown escape', `{"id":2,${KEY}:"\\x41","b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['a short \\u', `{"id":2,${KEY}:"\\u12","b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['half a surrogate pair', `{"id":2,${KEY}:"\\ud800x","b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['a control character', `{"id":2,${KEY}:"a\tb","b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['an unknown tag', `{"id":2,${KEY}:{"$date":"x"},"b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['two tags', `{"id":2,${KEY}:{"$bytes":"00","$bytes":"01"},"b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['an empty tag', `{"id":2,${KEY}:{},"b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['a tag without need', `{"id":2,${KEY}:{"$text":"x"},"b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['a tagged number that is none', `{"id":2,${KEY}:{"$integer":"0x5"},"b":"00","r":1,"a":null}`, 'né\'m"e'],
  ['an unfinished string', `{"id":2,${KEY}:"x`, 'né\'m"e'],
  ['an unfinished object', `{"id":2,${KEY}:{"$bytes":"00"`, 'né\'m"e'],
])('%s is ROW_INVALID, naming the row', async (_name, line, column) => {
  const path = databaseFile(DDL)
  const target = await begin(path)
  const table = tableIn(target.schema, 't')
  const job = importTable(table, table)
  await target.prepare([job])
  await expect(target.load(job, batchesOf([good(1), line, good(3)], 2))).rejects.toMatchObject({ code: 'ROW_INVALID', place: { table: 't', row: 2, ...(column === undefined ? {} : { column }) } })
  await target.end('rollback')
  expect(storedRows(path, 't')).toEqual([])
})

test('bytes that are not UTF-8 are ROW_INVALID, and so is a line cut off', async () => {
  const path = databaseFile(DDL)
  const spoilt = Buffer.from(`${good(1)}\n${good(2)}\n`)
  spoilt[spoilt.lastIndexOf('"x"') + 1] = 0xff
  for (const bytes of [spoilt, Buffer.from(`${good(1)}\n${good(2)}`)]) {
    const target = await begin(path)
    const table = tableIn(target.schema, 't')
    const job = importTable(table, table)
    const rows = async function* () {
      yield { bytes, rows: 2 }
    }
    await expect(target.load(job, rows())).rejects.toMatchObject({ code: 'ROW_INVALID', place: { row: 2 } })
    await target.end('rollback')
  }
})

test('a batch without rows, and bytes that end within a character, are read for what they are', () => {
  const rules = [cellRule(sqliteColumn('a', 'TEXT'), null, { conversions: new Set(), utf16: false })]
  const scan = rowScanner(['a'], rules)
  expect(scan(Buffer.alloc(0))).toMatchObject({ json: Buffer.from('[]'), rows: 0 })
  expect(() => scan(Buffer.from([...Buffer.from('{"a":"'), 0xc3]))).toThrow()
  expect(scan(Buffer.from('{"a":null}\n'))).toMatchObject({ rows: 1, full: [false] })
})

test('rows of a table without columns are empty objects', () => {
  const scan = rowScanner([], [])
  expect(scan(Buffer.from('{}\n{}\n'))).toMatchObject({ rows: 2 })
  expect(() => scan(Buffer.from('{"a":1}\n'))).toThrow()
})

test('every legal escape is read', async () => {
  const path = databaseFile('CREATE TABLE t (a TEXT)')
  await importLines(path, { t: ['{"a":"\\u00e9\\ud83d\\ude00\\/\\b\\f\\u0000"}'] })
  const db = new Database(path)
  expect(db.prepare('SELECT a FROM t').pluck().get()).toBe('é😀/\b\f\0')
  db.close()
})

test('names of columns may be anything', async () => {
  const names = ['a.b', '$x', '0', "it's", 'a"b', '[1]', ' ', 'é', 'value', 'key', 'select', 'tab\there', '%s', '?1', ':x']
  const source = schemaFrom(`CREATE TABLE "t"" 'x" (${names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ')})`)
  const [table] = source.tables
  const path = join(scratchFolder(), 'names.db')
  await importLines(path, { [table?.id ?? '']: [`{${names.map((name, index) => `${JSON.stringify(name)}:${index}`).join(',')}}`] }, { create: source })
  expect(storedRows(path, table?.name.replaceAll('"', '""') ?? '')).toEqual([names.map((_, index) => BigInt(index))])
})

test('what looks numeric is what SQLite turns into a number', () => {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE n (c NUMERIC)')
  const insert = db.prepare<[string], string>('INSERT INTO n VALUES (?) RETURNING typeof(c)').pluck()
  const piece = fc.constantFrom('0', '1', '9', '.', '+', '-', 'e', 'E', ' ', '\t', '\n', '\v', '\f', '\r', '\0', 'x', 'inf', 'nan', '_', '\u00a0', '00')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')), (text) => {
      expect(looksNumeric(text)).toBe(insert.get(text) !== 'text')
    }),
    { numRuns: 5000 },
  )
  db.close()
})
