import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLoom, type CreatedLoom, type LoomOptions } from '../../src/cli/demo/loom/create-loom.js'
import { writeKeyStore } from '../../src/cli/demo/loom/write-key-store.js'
import { compareContent } from '../../src/transfer/compare-content.js'
import { testFolder } from '../cli/folder.js'
import { createDatabase } from '../postgres/database.js'

const SAMPLE: LoomOptions = { rows: 3000, content: 'sample' }

const made = async (options: LoomOptions): Promise<string> => {
  const path = join(testFolder(), 'loom.db')
  await createLoom(path, options)
  return path
}

/** The single value of each row. */
function column(path: string, query: string): unknown[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(query).pluck().safeIntegers().all()
  } finally {
    db.close()
  }
}

test('a sample has as many rows as were asked for, in every table of SQLite', async () => {
  const path = join(testFolder(), 'loom.db')
  const report: CreatedLoom = await createLoom(path, SAMPLE)
  expect(report.rows).toBe(3000)
  expect(report.tables).toHaveLength(28)
  expect(report.tables.filter(({ rows }) => rows === 0)).toEqual([])
  for (const { table, rows } of report.tables) expect(column(path, `SELECT count(*) FROM ${table}`), table).toEqual([BigInt(rows)])
  const broken = column(path, `SELECT "table" || '.' || fkid FROM pragma_foreign_key_check WHERE parent <> 'beads'`)
  expect(broken).toEqual([])
})

describe('a sample in SQLite holds what naive exports lose', () => {
  test.each([
    ['every self reference', `SELECT (SELECT count(parent_id) FROM projects) * (SELECT count(parent_id) FROM org_charts) * (SELECT count(reports_to) FROM org_chart_positions) * (SELECT count(parent_id) FROM bead_comments) * (SELECT count(parent_id) FROM milestones)`],
    ['an empty text beside NULL', `SELECT count(*) FROM providers WHERE description = '' AND EXISTS (SELECT 1 FROM providers WHERE description IS NULL)`],
    ['references to what is not in the database', `SELECT count(bead_id) FROM logs`],
    ['no reference by the empty text', `SELECT count(*) FROM command_logs WHERE project_id = ''`],
    ['an empty text for JSON', `SELECT (SELECT count(*) FROM projects WHERE context_json = '') * (SELECT count(*) FROM workflow_nodes WHERE metadata_json = '') * (SELECT count(*) FROM command_logs WHERE context = '')`],
    ['the text null for JSON', `SELECT count(*) FROM request_logs WHERE metadata_json = 'null'`],
    ['blobs in a column of text', `SELECT count(*) FROM conversation_contexts WHERE typeof(messages) = 'blob' AND typeof(metadata) = 'blob' AND json_valid(CAST(messages AS TEXT))`],
    ['numbers of 32 bits in a blob', `SELECT count(*) FROM lessons WHERE typeof(embedding) = 'blob' AND length(embedding) = 256`],
    ['integers beyond 32 bits', `SELECT count(*) FROM motivations WHERE typeof(cooldown_period_ns) = 'integer' AND cooldown_period_ns >= 300000000000`],
    ['integers beyond 53 bits within JSON', `SELECT count(*) FROM config_kv WHERE value LIKE '%9007199254740993%'`],
    ['floats of 17 digits', `SELECT count(*) FROM request_logs WHERE typeof(cost_usd) = 'real' AND CAST(printf('%.15g', cost_usd) AS REAL) <> cost_usd`],
    ['booleans as 0 and 1', `SELECT count(*) FROM activity_feed WHERE is_aggregated = 1 AND typeof(is_aggregated) = 'integer' AND EXISTS (SELECT 1 FROM activity_feed WHERE is_aggregated = 0)`],
    ['letters of other languages', `SELECT count(*) FROM users WHERE username = 'иван'`],
    ['tabs, quotes and line ends', `SELECT count(*) FROM command_logs WHERE instr(stdout, char(13, 10)) > 0 AND EXISTS (SELECT 1 FROM logs WHERE instr(message, char(9)) > 0) AND EXISTS (SELECT 1 FROM logs WHERE instr(message, '\\') > 0)`],
    ['times of Go, with offset and nanoseconds', `SELECT count(*) FROM logs WHERE timestamp GLOB '????-??-?? ??:??:??.?????????-08:00'`],
    ['times of SQL', `SELECT count(*) FROM logs WHERE timestamp GLOB '????-??-?? ??:??:??'`],
    ['times of RFC 3339', `SELECT (SELECT count(*) FROM logs WHERE timestamp GLOB '*T*Z') * (SELECT count(*) FROM logs WHERE timestamp GLOB '*T*+01:00')`],
    ['times without a date, and none', `SELECT (SELECT count(*) FROM notification_preferences WHERE quiet_hours_start = '22:00') * (SELECT count(*) FROM notification_preferences WHERE quiet_hours_start = '')`],
    ['secrets in clear', `SELECT count(*) FROM config_kv WHERE key = 'loom.config.json' AND length(value ->> '$.security.jwt_secret') = 64 AND value ->> '$.database.dsn' GLOB 'postgres://loom:*@*' AND json_array_length(value, '$.security.api_keys') = 2`],
    ['agents that are gone', `SELECT count(*) FROM workflow_execution_history WHERE agent_id NOT IN (SELECT id FROM agents)`],
  ])('%s', (_name, query) => {
    const [count] = column(sample, query)
    expect(count).toBeGreaterThan(0n)
  })

  test('key ids are those that the application gives', () => {
    expect(column(sample, `SELECT count(*) FROM credentials WHERE key_id IS NOT 'ssh-' || project_id OR private_key_encrypted <> 'keymanager'`)).toEqual([0n])
    expect(column(sample, `SELECT count(*) FROM providers WHERE key_id <> '' AND key_id <> id || '-api-key'`)).toEqual([0n])
  })

  const folder = mkdtempSync(join(tmpdir(), 'holdall-loom-'))
  const sample = join(folder, 'loom.db')
  beforeAll(async () => {
    await createLoom(sample, SAMPLE)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
})

test('the same options make the same rows, another seed other ones', async () => {
  const [one, again, other] = [await made(SAMPLE), await made({ ...SAMPLE, seed: 1 }), await made({ ...SAMPLE, seed: 2 })]
  const same = async (path: string): Promise<readonly string[]> => (await compareContent(one, path)).filter((table) => table.same).map((table) => table.table)
  expect(await same(again)).toHaveLength(28)
  expect(await same(other)).toEqual([])
})

test('a started Loom has the same workflows under other ids', async () => {
  const [one, other] = [await made({ rows: 0, content: 'started' }), await made({ rows: 0, content: 'started', seed: 7 })]
  const edges = `SELECT workflow_id || ' ' || coalesce(from_node_key, '-') || ' ' || condition || ' ' || coalesce(to_node_key, '-') FROM workflow_edges ORDER BY 1`
  expect(column(one, `SELECT id FROM workflows ORDER BY id`)).toEqual(['wf-bug-default', 'wf-feature-default', 'wf-self-improvement', 'wf-ui-default'])
  expect(column(one, edges)).toHaveLength(41)
  expect(column(one, edges)).toEqual(column(other, edges))
  expect(new Set(column(one, edges)).size).toBe(41)
  const ids = `SELECT id FROM workflow_nodes UNION SELECT id FROM workflow_edges`
  const [here, there] = [column(one, ids) as string[], column(other, ids) as string[]]
  expect(here).toHaveLength(61)
  expect(here.every((id) => /^wf[ne]-[0-9a-f]{8}$/.test(id))).toBe(true)
  expect(here.filter((id) => there.includes(id))).toEqual([])
  expect(column(one, `SELECT id || ' ' || username FROM users`)).toEqual(['user-admin admin'])
  expect(column(one, `SELECT count(*) FROM workflow_nodes`)).toEqual([20n])
})

test.each([12, 18] as const)('PostgreSQL %i holds a sample too', async (version) => {
  const database = await createDatabase(version)
  const report = await createLoom(database.url, SAMPLE)
  expect(report).toMatchObject({ rows: 3000 })
  expect(report.tables).toHaveLength(30)
  expect(report.tables.filter(({ rows }) => rows === 0)).toEqual([])
  expect(await database.query(`SELECT tags FROM providers WHERE id = 'local-vllm'`)).toEqual([['{fast,"größe \\"L\\""}']])
  expect(await database.query('SELECT count(*) FROM motivations WHERE cooldown_period_ns > 2147483647')).not.toEqual([['0']])
  expect(await database.query(`SELECT bool_and(messages::jsonb IS NOT NULL) FROM conversation_contexts`)).toEqual([['t']])
  expect(await database.query(`SELECT DISTINCT length(embedding) FROM lessons WHERE embedding IS NOT NULL`)).toEqual([['256']])
  expect(await database.query(`SELECT count(*) FROM logs WHERE message LIKE E'%\\t%'`)).not.toEqual([['0']])
  expect(await database.query(`SELECT max(id) = (SELECT last_value FROM request_logs_id_seq) FROM request_logs`)).toEqual([['t']])
})

test('times of both engines are the same instants', async () => {
  const sqlite = await made(SAMPLE)
  const database = await createDatabase()
  await createLoom(database.url, SAMPLE)
  const [[there]] = (await database.query(`SELECT date_trunc('second', min(last_active))::text FROM agents`)) as [[string]]
  expect(column(sqlite, `SELECT min(datetime(last_active)) FROM agents`)).toEqual([there])
})

test('what is stopped leaves nothing behind', async () => {
  const folder = testFolder()
  const stop = new AbortController()
  setImmediate(() => stop.abort())
  await expect(createLoom(join(folder, 'loom.db'), { rows: 100_000, content: 'sample', signal: stop.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' })
  expect(readdirSync(folder)).toEqual([])
})

test('what is stopped in the middle of rows leaves PostgreSQL without tables', async () => {
  const database = await createDatabase()
  const stop = new AbortController()
  const ended = createLoom(database.url, { rows: 5_000_000, content: 'sample', signal: stop.signal }).catch((error: unknown) => error)
  const copying = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'COPY %'`
  while ((await database.query(copying))[0]![0] === '0') await Promise.resolve()
  stop.abort()
  expect(await ended).toMatchObject({ code: 'INTERRUPTED' })
  expect(await database.query(`SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`)).toEqual([['0']])
})

test('an existing SQLite file without these tables gets them beside its own', async () => {
  const path = join(testFolder(), 'own.db')
  const db = new Database(path)
  db.exec('CREATE TABLE own (id INTEGER PRIMARY KEY)')
  db.close()
  await createLoom(path, { rows: 0, content: 'started' })
  expect(column(path, `SELECT count(*) FROM sqlite_schema WHERE type = 'table'`)).toEqual([29n])
  await expect(createLoom(path, SAMPLE)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
  const database = await createDatabase()
  await database.run('CREATE TABLE users (id integer)')
  await expect(createLoom(database.url, SAMPLE)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' })
})

test('a key store has the form of the application\'s, for its owner alone', async () => {
  const path = join(testFolder(), '.keys.json')
  await writeKeyStore(path, ['ssh-website', 'openai-main-api-key'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const store = JSON.parse(readFileSync(path, 'utf8')) as { password_salt: string; password_verify: string; keys: Record<string, { id: string; encrypted_data: string }> }
  expect(Object.keys(store)).toEqual(['version', 'password_salt', 'password_verify', 'keys'])
  expect(Buffer.from(store.password_salt, 'base64')).toHaveLength(32)
  expect(Buffer.from(store.password_verify, 'base64')).toHaveLength(32)
  expect(Object.entries(store.keys).map(([id, entry]) => [id, entry.id])).toEqual([['ssh-website', 'ssh-website'], ['openai-main-api-key', 'openai-main-api-key']])
  await expect(writeKeyStore(path, [])).rejects.toThrow('EEXIST')
})
