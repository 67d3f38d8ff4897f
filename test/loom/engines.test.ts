import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createLoom } from '../../src/cli/demo/loom/create-loom.js'
import { LOOM } from '../../src/profiles/loom.js'
import type { Conversion } from '../../src/stores/conversion.js'
import { copyStore, planCopy } from '../../src/transfer/copy-store.js'
import { exportStore } from '../../src/transfer/export-store.js'
import { runImport } from '../../src/transfer/run-import.js'
import { testFolder } from '../cli/folder.js'
import { createDatabase, type TestDatabase } from '../postgres/database.js'

const TO_POSTGRESQL: readonly Conversion[] = ['blob-to-text', 'drop-columns', 'empty-to-null', 'renumber', 'round', 'zone-to-utc']
const TO_SQLITE: readonly Conversion[] = ['drop-columns', 'number-to-text']

async function sqliteLoom(content: 'sample' | 'empty', rows = 1500): Promise<string> {
  const path = join(testFolder(), 'loom.db')
  await createLoom(path, { rows, content })
  return path
}

async function postgresqlLoom(content: 'sample' | 'empty', rows = 1500): Promise<TestDatabase> {
  const database = await createDatabase()
  await createLoom(database.url, { rows, content })
  return database
}

function query(path: string, statement: string): unknown[][] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(statement).raw().safeIntegers().all() as unknown[][]
  } finally {
    db.close()
  }
}

const copy = async (from: string, store: string, conversions: readonly Conversion[], exclude: readonly string[] = []) =>
  copyStore({ from, store, fromProfile: LOOM, profile: LOOM, conversions, exclude })

test('a Loom of SQLite goes into the tables that PostgreSQL has of it, and a second time changes nothing', async () => {
  const from = await sqliteLoom('sample')
  const into = await postgresqlLoom('empty')
  const options = { from, store: into.url, fromProfile: LOOM, profile: LOOM, conversions: TO_POSTGRESQL }
  const planned = await planCopy(options)
  const done = await copyStore(options)
  expect(done.totals).toMatchObject({ new: 1500, rejected: 0 })
  expect(planned.totals).toEqual(done.totals)
  expect((await copyStore(options)).totals).toMatchObject({ new: 0, changed: 0, unchanged: 1500 })

  // JSON in a text there, an array here; '' and an empty list are two things.
  expect(await into.query(`SELECT id, tags::text FROM providers ORDER BY id`)).toEqual([
    ['anthropic', '{}'], ['local-vllm', '{fast,"größe \\"L\\""}'], ['mistral', '{fast}'], ['ollama-büro', null], ['openai-main', '{fast}'],
  ])
  // Nanoseconds of a cooldown keep their 64 bits.
  const cooldowns = `SELECT id, CAST(cooldown_period_ns AS TEXT) FROM motivations ORDER BY id`
  expect(await into.query(cooldowns)).toEqual(query(from, cooldowns))
  // Any spelling and offset is the same instant in UTC, to the second here since one rounds and the other cuts.
  const spelled = query(from, `SELECT id, CAST(round((julianday(timestamp) - 2440587.5) * 86400) AS INTEGER) FROM logs ORDER BY id`)
  const utc = await into.query(`SELECT id, extract(epoch FROM timestamp)::text FROM logs ORDER BY id`)
  for (const [index, [id, seconds]] of utc.entries()) {
    expect(id).toBe(spelled[index]![0])
    expect(Math.abs(Number(seconds) - Number(spelled[index]![1]))).toBeLessThanOrEqual(1)
  }
  expect(await into.query(`SELECT requires_key::text, is_shared::text FROM providers WHERE id = 'mistral'`)).toEqual([['false', 'false']])
  const messages = `SELECT session_id, CAST(messages AS TEXT) FROM conversation_contexts ORDER BY session_id`
  expect(await into.query(messages)).toEqual(query(from, messages))
  expect(await into.query(`SELECT count(*) FROM notification_preferences WHERE quiet_hours_start IS NULL`)).toEqual([[String(query(from, `SELECT count(*) FROM notification_preferences WHERE quiet_hours_start = ''`)[0]![0])]])
  const embeddings = `SELECT id, upper(encode(embedding, 'hex')) FROM lessons ORDER BY id`
  expect(await into.query(embeddings)).toEqual(query(from, `SELECT id, CASE WHEN embedding IS NULL THEN NULL ELSE hex(embedding) END FROM lessons ORDER BY id`))
  // Two tables of one name: what both have comes along, under new numbers.
  expect(await into.query(`SELECT count(*), count(DISTINCT id), min(endpoint), min(model) FROM request_logs`)).toEqual([[String(query(from, 'SELECT count(*) FROM request_logs')[0]![0]), String(query(from, 'SELECT count(*) FROM request_logs')[0]![0]), '/v1/chat/completions', 'wide-70b']])
  expect(await into.query(`SELECT nextval('request_logs_id_seq') > max(id) FROM request_logs`)).toEqual([['t']])
})

test('a Loom of PostgreSQL goes into the tables that SQLite has of it, and a second time changes nothing', async () => {
  const from = await postgresqlLoom('sample')
  const into = await sqliteLoom('empty')
  const done = await copy(from.url, into, TO_SQLITE)
  expect(done.totals).toMatchObject({ new: 1496, rejected: 0 })
  expect(done.notes.join('\n')).toMatch(/distributed_locks.*instances|instances.*distributed_locks/s)
  expect((await copy(from.url, into, TO_SQLITE)).totals).toMatchObject({ new: 0, changed: 0, unchanged: 1496 })
  expect(query(into, `SELECT id, tags_json FROM providers ORDER BY id`)).toEqual([
    ['anthropic', '[]'], ['local-vllm', '["fast","größe \\"L\\""]'], ['mistral', '["fast"]'], ['ollama-büro', null], ['openai-main', '["fast"]'],
  ])
  const requests = `SELECT CAST(id AS TEXT), method, status_code FROM request_logs ORDER BY length(CAST(id AS TEXT)), 1`
  expect(query(into, requests).map((row) => row.map(String))).toEqual(await from.query(requests))
  expect(query(into, `SELECT DISTINCT typeof(id), path, model_name FROM request_logs`)).toEqual([['text', '/v1/chat/completions', 'wide-70b']])
  expect(query(into, `SELECT DISTINCT typeof(is_active), typeof(created_at) FROM users`)).toEqual([['integer', 'text']])
  expect(query(into, `SELECT count(*) FROM motivations WHERE typeof(cooldown_period_ns) = 'integer' AND cooldown_period_ns >= 300000000000`)).toEqual(query(into, 'SELECT count(*) FROM motivations'))
  const costs = await from.query(`SELECT id, cost_per_mtoken::float8::text FROM providers ORDER BY id`)
  for (const [index, [id, cost]] of costs.entries()) {
    const [there, kept] = query(into, 'SELECT id, cost_per_mtoken FROM providers ORDER BY id')[index]!
    expect([there, Math.fround(Number(kept))]).toEqual([id, Math.fround(Number(cost))])
  }
})

test('what came from PostgreSQL goes back into it as it was', async () => {
  const from = await postgresqlLoom('sample', 800)
  const between = await sqliteLoom('empty')
  await copy(from.url, between, TO_SQLITE)
  const back = await copy(between, from.url, ['drop-columns'], ['request_logs'])
  expect(back.totals).toMatchObject({ new: 0, changed: 0 })
})

test('a row that changed on one side changes on the other, under the other name of its column', async () => {
  const from = await sqliteLoom('sample', 500)
  const into = await postgresqlLoom('empty')
  const tables = ['providers', 'request_logs', 'users']
  const options = { from, store: into.url, fromProfile: LOOM, profile: LOOM, conversions: TO_POSTGRESQL, include: tables }
  await copyStore(options)
  const db = new Database(from)
  db.exec(`UPDATE providers SET tags_json = '["new"]' WHERE id = 'mistral'; UPDATE providers SET tags_json = '' WHERE id = 'anthropic'`)
  db.close()
  const again = await copyStore({ ...options, examples: 5 })
  expect(again.totals).toMatchObject({ new: 0, changed: 2 })
  expect(again.tables.find(({ table }) => table === 'providers')?.examples.map(({ columns }) => columns)).toEqual([['tags'], ['tags']])
  expect(await into.query(`SELECT tags FROM providers WHERE id IN ('mistral', 'anthropic') ORDER BY id`)).toEqual([[null], ['{new}']])
})

test('a cooldown that a column of 32 bits cannot hold is refused with its row', async () => {
  const into = await postgresqlLoom('empty')
  await into.run('ALTER TABLE motivations ALTER cooldown_period_ns DROP DEFAULT, ALTER cooldown_period_ns TYPE integer')
  await expect(copy(await sqliteLoom('sample', 500), into.url, TO_POSTGRESQL)).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { table: 'motivations', column: 'cooldown_period_ns', row: 1 } })
  expect(await into.query('SELECT count(*) FROM projects')).toEqual([['0']])
})

test('tables made from the other engine keep the names of their columns', async () => {
  const into = await createDatabase()
  const done = await copyStore({ from: await sqliteLoom('sample', 500), store: into.url, fromProfile: LOOM, profile: LOOM, create: true, include: ['providers'] })
  expect(done.totals.new).toBe(5)
  expect(await into.query(`SELECT tags_json FROM providers WHERE id = 'mistral'`)).toEqual([['["fast"]']])
})

test('archives do what copies do', async () => {
  const from = await sqliteLoom('sample', 700)
  const into = await postgresqlLoom('empty')
  const archive = join(testFolder(), 'loom.tar.gz')
  await exportStore({ store: from, output: archive, profile: LOOM })
  expect((await runImport({ input: archive, store: into.url, profile: LOOM, conversions: TO_POSTGRESQL })).totals).toMatchObject({ new: 700, rejected: 0 })
})

test.each([
  ['drop-columns', { code: 'SCHEMA_DRIFT', place: { table: 'request_logs', column: 'request_body' } }],
  ['renumber', { code: 'ROW_REFUSED', place: { table: 'request_logs', column: 'id', row: 1 } }],
  ['zone-to-utc', { code: 'ROW_REFUSED', place: { column: 'created_at', row: 1 } }],
  ['round', { code: 'ROW_REFUSED', place: { column: 'created_at', row: 1 } }],
  ['blob-to-text', { code: 'ROW_REFUSED', place: { table: 'conversation_contexts', column: 'messages', row: 1 } }],
  ['empty-to-null', { code: 'ROW_REFUSED', place: { table: 'notification_preferences', column: 'quiet_hours_start', row: 2 } }],
] as const)('into PostgreSQL, without --convert %s it is refused by name and nothing is written', async (missing, failure) => {
  const into = await postgresqlLoom('empty')
  const refused = copy(await sqliteLoom('sample', 500), into.url, TO_POSTGRESQL.filter((name) => name !== missing))
  await expect(refused).rejects.toMatchObject({ ...failure, message: expect.not.stringContaining('undefined') as string })
  await expect(refused).rejects.toSatisfy((error: Error & { hint: string }) => `${error.message} ${error.hint}`.includes(missing) || missing === 'renumber')
  expect(await into.query('SELECT count(*) FROM projects')).toEqual([['0']])
})

test.each([
  ['drop-columns', { code: 'SCHEMA_DRIFT', place: { table: 'projects', column: 'git_auth_method' } }],
  ['number-to-text', { code: 'ROW_REFUSED', place: { table: 'request_logs', column: 'id', row: 1 } }],
] as const)('into SQLite, without --convert %s it is refused by name and nothing is written', async (missing, failure) => {
  const into = await sqliteLoom('empty')
  const refused = copy((await postgresqlLoom('sample', 500)).url, into, TO_SQLITE.filter((name) => name !== missing))
  await expect(refused).rejects.toMatchObject({ ...failure, hint: expect.stringContaining(missing) as string })
  expect(query(into, 'SELECT count(*) FROM projects')).toEqual([[0n]])
})
