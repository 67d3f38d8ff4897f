import { expect, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { richSchema } from '../../../test/postgres/rich-schema.js'
import { openPostgresqlStore } from './postgresql-store.js'

const BOTH = [[12], [18]] as const

test('opening touches nothing, and the name holds no password', () => {
  expect(openPostgresqlStore('postgres://ada:s3cret@no-such-host.invalid/shop').name).toBe('postgres://ada:***@no-such-host.invalid/shop')
})

test.each(BOTH)('PostgreSQL %i: a rich database is read whole, and reading it changes nothing', async (version) => {
  const database = await createDatabase(version)
  await database.run(richSchema(version))
  await database.run(`
    INSERT INTO families (id, c_float4, c_money, c_ints, c_boxes, c_moods, c_point3, c_nested_array, c_array_of_domain, c_jsonb, c_int2vector, c_xml)
      VALUES (1, 0.1, 12.5, '[0:1]={1,2}', '{(1,1),(0,0);(3,3),(2,2)}', '{{sad,ok},{ok,NULL}}', ROW(1.50, 'NaN', '{"a,b",NULL}'), ARRAY[ROW(ROW(1,2,NULL), '{ok}', '{"k": 1.10}', '2026-01-01')::nested], '{1.5,2.25}', '{"b":1}', '1 2', '<a/>');
    INSERT INTO measured VALUES ('2025-06-01', 1, 1), ('2027-06-01', 1, 2)`)
  const sequences = 'SELECT last_value, is_called FROM serials_id_seq'
  const before = await database.query(sequences)
  const store = openPostgresqlStore(database.url)
  const snapshot = await store.snapshot()
  const counts = new Map<string, number>()
  const lines: string[] = []
  for (const table of snapshot.schema.tables) {
    counts.set(table.id, 0)
    for await (const batch of snapshot.rows(table)) {
      counts.set(table.id, (counts.get(table.id) ?? 0) + batch.rows)
      lines.push(batch.bytes.toString())
    }
    expect(await snapshot.count(table)).toBe(counts.get(table.id))
  }
  expect([counts.get('families'), counts.get('measured'), counts.get('no_columns')]).toEqual([1, 2, 0])
  const row = JSON.parse(lines[0]!) as Record<string, unknown>
  expect(row).toMatchObject({
    id: 1, c_float4: 0.1, c_money: '$12.50', c_ints: '[0:1]={1,2}', c_boxes: ['(1,1),(0,0)', '(3,3),(2,2)'], c_moods: [['sad', 'ok'], ['ok', null]],
    c_point3: { x: '1.50', y: 'NaN', tags: ['a,b', null] }, c_array_of_domain: ['1.50', '2.25'], c_jsonb: '{"b": 1}', c_int2vector: '1 2', c_xml: '<a/>', c_bool: null,
    c_nested_array: [{ where_: { x: '1', y: 2, tags: null }, moods: ['ok'], 'odd "name': '{"k": 1.10}', at: '2026-01-01 00:00:00+00' }],
  })
  expect(await database.query(sequences)).toEqual(before)
  await store.close()
  await expect.poll(async () => database.query(`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holdall' AND datname = current_database()`)).toEqual([['0']])
})

test('an import that is rolled back leaves no session', async () => {
  const database = await createDatabase()
  await database.run('CREATE TABLE t (id int)')
  const store = openPostgresqlStore(database.url)
  const target = await store.begin({ triggers: 'silence', lockTimeout: 1000, conversions: new Set(), dryRun: true, fresh: false })
  expect(target.schema.tables.map((table) => table.id)).toEqual(['t'])
  await target.end('rollback')
  await expect.poll(async () => database.query(`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holdall' AND datname = current_database()`)).toEqual([['0']])
})
