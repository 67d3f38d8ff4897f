import { describe, expect, test } from 'vitest'
import { LOOM_GROUPS } from '../../src/profiles/loom-groups.js'
import { ENGINES, loomDatabase } from '../loom/loom-database.js'
import { answerOf, contentOf, sampleLoom, serveLoom, totalsOf } from './loom-server.js'

type Document = Record<string, Record<string, unknown[]>> & { export_metadata: Record<string, unknown> }

describe.each(ENGINES)('what Loom tests of its own export and import, with %s', (engine) => {
  test('the metadata of an export', async () => {
    const server = await serveLoom([await sampleLoom(engine)])
    const response = await server.export()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="loom-export-${new Date().toISOString().slice(0, 10)}.json"`)
    const { export_metadata: metadata, core } = (await response.json()) as Document
    expect(metadata).toMatchObject({ version: '2.0.0', schema_version: '1.0', server_version: '2.0.0', database_type: engine === 'SQLite' ? 'sqlite' : 'postgres' })
    expect(metadata['record_counts']).toMatchObject({ providers: core!['providers']!.length, projects: core!['projects']!.length })
  })

  test('an export with include and exclude', async () => {
    const server = await serveLoom([await sampleLoom(engine)])
    const groups = async (query: Record<string, string>): Promise<string[]> => Object.keys((await (await server.export(query)).json()) as Document).filter((key) => !key.startsWith('export_') && key !== 'stubs')
    expect(await groups({ include: 'core,workflow' })).toEqual(['core', 'workflow'])
    expect(await groups({ exclude: 'logging, analytics,config' })).toEqual(['core', 'workflow', 'activity', 'tracking'])
    expect(await groups({})).toEqual(Object.keys(LOOM_GROUPS))
    expect((await (await server.export({ tables: 'users' })).json()) as Document).toMatchObject({ activity: { users: expect.any(Array) as unknown } })
  })

  test('a document of another schema version is refused, with 400', async () => {
    const loom = await sampleLoom(engine)
    const server = await serveLoom([loom])
    const before = await contentOf(loom)
    const document = (await (await server.export()).text()).replace('"schema_version":"1.0"', '"schema_version":"9.9"')
    for (const query of [{ validate_only: 'true' }, { dry_run: 'true' }, {}]) {
      const response = await server.import(document, query)
      expect(response.status).toBe(400)
      expect(await answerOf(response)).toMatchObject({ status: 'failed', status_code: 400, code: 'SCHEMA_VERSION', validation: { schema_version_ok: false, encryption_key_ok: true, validation_message: expect.stringContaining('"9.9"') as string }, summary: {} })
    }
    expect(await contentOf(loom)).toBe(before)
  })

  test('a merge: what is new is inserted, what differs updated, and the imported value wins', async () => {
    const from = await loomDatabase(engine, { content: 'started' })
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    await from.run("UPDATE users SET email = 'new@example.org' WHERE username = 'admin'")
    await from.run("INSERT INTO users (id, username, role, created_at, updated_at) VALUES ('u-2', 'ada', 'user', '2026-01-01 00:00:00', '2026-01-01 00:00:00')")
    const server = await serveLoom([from, into])
    const response = await server.import(await (await server.export()).text(), { store: 'loom2' })
    expect(response.status).toBe(200)
    const answer = await answerOf(response)
    expect(answer).toMatchObject({ status: 'completed', validation: { schema_version_ok: true, encryption_key_ok: true, validation_message: '' }, errors: [] })
    expect(answer.summary['users']).toEqual({ inserted: 1, updated: 1, skipped: 0, failed: 0, unchanged: 0 })
    expect(await into.rows('SELECT id, email FROM users ORDER BY id')).toEqual([{ id: 'u-2', email: null }, { id: 'user-admin', email: 'new@example.org' }])
  })

  test('a round trip changes no value, and a second import nothing', async () => {
    const from = await sampleLoom(engine)
    const into = await loomDatabase(engine, { content: 'empty' })
    const server = await serveLoom([from, into])
    const document = await (await server.export()).arrayBuffer()
    const first = await answerOf(await server.import(document, { store: 'loom2' }))
    expect(totalsOf(first)).toMatchObject({ updated: 0, skipped: 0, failed: 0, unchanged: 0 })
    expect(await contentOf(into)).toBe(await contentOf(from))
    const second = totalsOf(await answerOf(await server.import(document, { store: 'loom2' })))
    expect(second).toEqual({ inserted: 0, updated: 0, skipped: 0, failed: 0, unchanged: totalsOf(first)['inserted'] })
  })

  test('a dry run tells the counts of the real run, and changes nothing', async () => {
    const from = await sampleLoom(engine)
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    const server = await serveLoom([from, into])
    const document = await (await server.export()).arrayBuffer()
    const before = await contentOf(into)
    const planned = await answerOf(await server.import(document, { store: 'loom2', dry_run: 'true' }))
    expect(planned.status).toBe('dry_run')
    expect(await contentOf(into)).toBe(before)
    const done = await answerOf(await server.import(document, { store: 'loom2' }))
    expect(planned.summary).toEqual(done.summary)
    expect(totalsOf(planned)['inserted']).toBeGreaterThan(300)
  })
})
