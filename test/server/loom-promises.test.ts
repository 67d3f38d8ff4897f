import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { writeKeyStore } from '../../src/cli/demo/loom/write-key-store.js'
import { LOOM_GROUPS } from '../../src/profiles/loom-groups.js'
import { ENGINES, loomDatabase, scratch } from '../loom/loom-database.js'
import { originalDocument } from '../loom/original-document.js'
import { answerOf, contentOf, sampleLoom, serveLoom, totalsOf } from './loom-server.js'

type Row = Record<string, unknown>
type Document = Record<string, Record<string, Row[]>>

/** What Loom's own export and import promised, by the words of its description. */
describe.each(ENGINES)('promised by Loom and kept, with %s', (engine) => {
  test('since looks at the column that each table has for it', async () => {
    const loom = await sampleLoom(engine)
    await loom.run("UPDATE agents SET last_active = '2031-01-01 00:00:00' WHERE id = (SELECT min(id) FROM agents)")
    await loom.run("UPDATE config_kv SET updated_at = '2031-01-01 00:00:00' WHERE key = (SELECT min(key) FROM config_kv)")
    const server = await serveLoom([loom])
    const { core, config, logging } = (await (await server.export({ since: '2030-12-31T23:00:00-01:00' })).json()) as Document
    expect([core!['agents']!.length, config!['config_kv']!.length, logging!['logs']!.length]).toEqual([1, 1, 0])
    const until = (await (await server.export({ until: '2030-01-01', tables: 'agents' })).json()) as Document
    expect(until['core']!['agents']).toHaveLength((await loom.rows('SELECT id FROM agents')).length - 1)
  })

  test('project_id leaves no row of another project', async () => {
    const loom = await sampleLoom(engine)
    const [project] = await loom.rows('SELECT min(id) AS id FROM projects')
    const id = String(project!['id'])
    const server = await serveLoom([loom])
    const document = (await (await server.export({ project_id: id })).json()) as Document
    const rows = Object.entries(document).flatMap(([group, tables]) => (Object.hasOwn(LOOM_GROUPS, group) ? Object.entries(tables) : []))
    expect(rows.length).toBeGreaterThan(5)
    // What the project's rows refer to comes along: a template of another project, its parent.
    const referred = ['projects', 'org_charts', 'workflows', 'agents']
    for (const [table, found] of rows) for (const row of found) if (!referred.includes(table) && typeof row['project_id'] === 'string') expect([table, row['project_id']]).toEqual([table, id])
  })

  test('all its tables are exported, and those left out are not mentioned', async () => {
    const server = await serveLoom([await loomDatabase(engine, { content: 'started' })])
    const all = (await (await server.export()).json()) as Document
    expect(Object.keys(all['export_metadata']!['record_counts']!)).toHaveLength(engine === 'SQLite' ? 28 : 30)
    const some = (await (await server.export({ exclude: 'core' })).json()) as Document
    expect(some['core']).toBeUndefined()
    expect(Object.keys(some['export_metadata']!['record_counts']!)).not.toContain('providers')
  })

  test('bytes and large numbers come back as they were', async () => {
    const from = await sampleLoom(engine)
    const into = await loomDatabase(engine, { content: 'empty' })
    const bytes = engine === 'SQLite' ? "x'ff00fe80'" : "'\\xff00fe80'::bytea"
    await from.run(`UPDATE lessons SET embedding = ${bytes}`)
    await from.run('UPDATE motivations SET cooldown_period_ns = 9007199254740993')
    const server = await serveLoom([from, into])
    await server.import(await (await server.export()).text(), { store: 'loom2' })
    const hex = engine === 'SQLite' ? 'hex(embedding)' : "upper(encode(embedding, 'hex'))"
    expect(await into.rows(`SELECT DISTINCT ${hex} AS bytes FROM lessons`)).toEqual([{ bytes: 'FF00FE80' }])
    expect(await into.rows('SELECT DISTINCT CAST(cooldown_period_ns AS TEXT) AS ns FROM motivations')).toEqual([{ ns: '9007199254740993' }])
  })

  test('compress gives a gzip file, not an encoding', async () => {
    const server = await serveLoom([await sampleLoom(engine)])
    const plain = await (await server.export({ include: 'core' })).text()
    for (const compress of ['true', 'gzip']) {
      const response = await server.export({ compress, include: 'core' })
      expect([response.headers.get('content-type'), response.headers.get('content-encoding')]).toEqual(['application/gzip', null])
      expect(response.headers.get('content-disposition')).toMatch(/loom-export-[\d-]+\.json\.gz"$/)
      const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString('utf8')
      const core = (document: string): unknown => (JSON.parse(document) as Document)['core']
      expect(core(text)).toEqual(core(plain))
    }
  })

  test('another key store is refused, and both are named', async () => {
    const [theirs, ours] = [join(scratch(), 'a.json'), join(scratch(), 'b.json')]
    await writeKeyStore(theirs, [])
    await writeKeyStore(ours, [])
    const [from, into] = [await loomDatabase(engine, { content: 'started' }), await loomDatabase(engine, { content: 'started' })]
    const document = await (await (await serveLoom([from], { keyStore: theirs })).export()).text()
    const fingerprint = /"encryption_key_id":"(sha256:[0-9a-f]{64})"/.exec(document)![1]!
    const before = await contentOf(into)
    const response = await (await serveLoom([into], { keyStore: ours })).import(document)
    expect(response.status).toBe(409)
    const answer = await answerOf(response)
    expect(answer).toMatchObject({ status: 'failed', code: 'KEY_MISMATCH', validation: { schema_version_ok: true, encryption_key_ok: false } })
    expect(answer.errors[0]).toContain(fingerprint)
    expect(new Set(answer.errors[0]!.match(/sha256:[0-9a-f]{64}/g)).size).toBe(2)
    expect(await contentOf(into)).toBe(before)
  })

  test('fail-on-conflict aborts, names the rows, and leaves everything as it was', async () => {
    const from = await loomDatabase(engine, { content: 'started' })
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    await from.run("INSERT INTO users (id, username, role, created_at, updated_at) VALUES ('u-2', 'ada', 'user', '2026-01-01 00:00:00', '2026-01-01 00:00:00')")
    const server = await serveLoom([from, into])
    const document = await (await server.export({ include: 'users' })).text()
    const before = await contentOf(into)
    const response = await server.import(document, { store: 'loom2', strategy: 'fail-on-conflict' })
    expect([response.status, response.headers.get('content-type')]).toEqual([409, 'application/problem+json'])
    const answer = await answerOf(response)
    expect(answer).toMatchObject({
      status: 'failed',
      status_code: 409,
      type: 'urn:holdall:error:CONFLICT',
      code: 'CONFLICT',
      summary: { users: { inserted: 0, updated: 0, skipped: 0, failed: 1, unchanged: 0, conflicting: 1 } },
      conflicts: { total: 1, rows: [{ table: 'users', key: expect.stringMatching(/^username="?admin"?$/) as string, reason: 'the row is in the target already' }] },
      errors: [expect.stringMatching(/^users username=.*: the row is in the target already$/)],
    })
    expect(await contentOf(into)).toBe(before)
    const planned = await server.import(document, { store: 'loom2', strategy: 'fail-on-conflict', dry_run: 'true' })
    expect([planned.status, await answerOf(planned)]).toMatchObject([200, { status: 'dry_run', summary: { users: { inserted: 1, failed: 1, conflicting: 1 } }, conflicts: { total: 1 } }])
  })

  test('an import that breaks a constraint is 500, and rolled back whole', async () => {
    const into = await sampleLoom(engine)
    await into.run("CREATE UNIQUE INDEX one_endpoint ON providers (endpoint) WHERE name LIKE 'twin%'")
    const server = await serveLoom([into])
    const before = await contentOf(into)
    const provider = (id: string): Record<string, string> => ({ id, name: `twin ${id}`, type: 'x', endpoint: 'http://one.example', created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' })
    const metadata = { database_type: engine === 'SQLite' ? 'sqlite' : 'postgres' }
    const response = await server.import(originalDocument({ groups: { core: { providers: [provider('t1'), provider('t2')] } }, metadata }))
    const answer = await answerOf(response)
    expect([response.status, answer]).toMatchObject([500, { status: 'failed', code: 'CONSTRAINT_VIOLATED', table: 'providers' }])
    expect(await contentOf(into)).toBe(before)

    const agent = { id: 'lost', name: 'lost', project_id: 'nowhere', started_at: '2026-01-01T00:00:00Z', last_active: '2026-01-01T00:00:00Z' }
    const lost = originalDocument({ groups: { core: { providers: [provider('t3')], projects: [], agents: [agent] } }, metadata })
    expect([await answerOf(await server.import(lost))]).toMatchObject([{ status_code: 500, code: 'REFERENCE_UNRESOLVED', table: 'agents' }])
    expect(await contentOf(into)).toBe(before)
    const kept = await answerOf(await server.import(lost, { on_unresolved: 'null' }))
    expect(kept.errors).toEqual([])
    expect(kept.summary).toMatchObject({ providers: { inserted: 1 }, agents: { inserted: 1 } })
    expect(await into.rows("SELECT project_id FROM agents WHERE id = 'lost'")).toEqual([{ project_id: null }])
  })

  test('rows that cannot be taken are left out where that is asked for, and counted', async () => {
    const into = await loomDatabase(engine, { content: 'started' })
    const server = await serveLoom([into])
    const metadata = { database_type: engine === 'SQLite' ? 'sqlite' : 'postgres' }
    const user = (id: string, role: string | null): Record<string, string | null> => ({ id, username: id, role, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' })
    const document = originalDocument({ groups: { activity: { users: [user('u1', 'user'), user('u2', null)] } }, metadata })
    const answer = await answerOf(await server.import(document, { on_error: 'reject' }))
    expect(answer).toMatchObject({ status: 'completed', summary: { users: { inserted: 1, failed: 1 } } })
    expect(answer.errors).toHaveLength(1)
    expect(answer.errors[0]).toMatch(/^users /)
  })

  test('replace makes the tables of the document what it says, and no others', async () => {
    const from = await loomDatabase(engine, { content: 'started' })
    const into = await sampleLoom(engine)
    const server = await serveLoom([from, into])
    const others = (): Promise<Row[]> => into.rows('SELECT count(*) AS n FROM org_charts UNION ALL SELECT count(*) FROM agents UNION ALL SELECT count(*) FROM logs')
    const before = await others()
    const { length } = await into.rows('SELECT key FROM config_kv')
    const answer = await answerOf(await server.import(await (await server.export({ include: 'config_kv' })).text(), { store: 'loom2', strategy: 'replace' }))
    const kept = await from.rows('SELECT key FROM config_kv ORDER BY key')
    expect(await into.rows('SELECT key FROM config_kv ORDER BY key')).toEqual(kept)
    expect(answer.summary['config_kv']!.deleted).toBe(length - kept.length)
    expect(await others()).toEqual(before)
  })

  test('a merge updates rows in place: what hangs on them stays', async () => {
    const loom = await sampleLoom(engine)
    const server = await serveLoom([loom])
    const charts = (): Promise<Row[]> => loom.rows('SELECT * FROM org_charts ORDER BY id')
    const before = await charts()
    expect(before.length).toBeGreaterThan(0)
    const document = await (await server.export({ tables: 'projects' })).text()
    await loom.run("UPDATE projects SET branch = 'elsewhere'")
    await loom.run('DELETE FROM credentials')
    const answer = await answerOf(await server.import(document, { tables: 'projects' }))
    expect(answer.summary['projects']).toMatchObject({ inserted: 0, updated: (await loom.rows('SELECT id FROM projects')).length, unchanged: 0 })
    expect(await charts()).toEqual(before)
    expect(await loom.rows("SELECT id FROM projects WHERE branch = 'elsewhere'")).toEqual([])
  })

  test('a column that the table does not have is refused, whatever it is called', async () => {
    const loom = await sampleLoom(engine)
    const server = await serveLoom([loom])
    const before = await contentOf(loom)
    const metadata = { database_type: engine === 'SQLite' ? 'sqlite' : 'postgres' }
    const row = { id: 'x', 'name") VALUES (1); DROP TABLE users; --': 'x' }
    const response = await server.import(originalDocument({ groups: { activity: { users: [row] } }, metadata }))
    expect([response.status, await answerOf(response)]).toMatchObject([409, { status: 'failed', code: 'SCHEMA_DRIFT' }])
    expect(await contentOf(loom)).toBe(before)
  })

  test('a Loom that was started takes a backup without anything coming twice', async () => {
    const from = await sampleLoom(engine)
    const into = await loomDatabase(engine, { content: 'started', seed: 7 })
    const server = await serveLoom([from, into])
    const document = await (await server.export({ format: 'archive' })).arrayBuffer()
    for (const again of [false, true]) {
      const answer = await answerOf(await server.import(document, { store: 'loom2' }, { 'Content-Type': 'application/gzip' }))
      if (again) expect(totalsOf(answer)).toMatchObject({ inserted: 0, updated: 0, failed: 0 })
      for (const table of ['users', 'workflows', 'workflow_nodes', 'workflow_edges', 'projects', 'logs']) {
        const count = `SELECT count(*) AS n FROM ${table}`
        expect([table, await into.rows(count)]).toEqual([table, await from.rows(count)])
      }
    }
  })

  test('what is sent may be compressed as a file, or for the way', async () => {
    const loom = await loomDatabase(engine, { content: 'started' })
    const server = await serveLoom([loom])
    const document = gzipSync(Buffer.from(await (await server.export()).arrayBuffer()))
    for (const headers of [{ 'Content-Encoding': 'gzip' }, {}, { 'Content-Type': 'application/gzip' }, { 'Content-Type': 'application/octet-stream' }]) {
      const answer = await answerOf(await server.import(document, {}, headers))
      expect([headers, answer.status, totalsOf(answer)['inserted']]).toEqual([headers, 'completed', 0])
    }
  })

  test('what is validated is neither written nor locked', async () => {
    const loom = await sampleLoom(engine)
    const server = await serveLoom([loom])
    const document = await (await server.export()).text()
    const fine = await answerOf(await server.import(document, { validate_only: 'true' }))
    expect(fine).toMatchObject({ status: 'validation_only', validation: { schema_version_ok: true, encryption_key_ok: true }, summary: {}, errors: [] })
    const cut = await server.import(document.slice(0, -200), { validate_only: 'true' })
    expect([cut.status, await answerOf(cut)]).toMatchObject([400, { status: 'failed', code: 'DOCUMENT_INVALID' }])
  })
})
