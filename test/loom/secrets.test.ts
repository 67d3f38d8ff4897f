import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { exportStore, inspectArchive, runImport } from '../../src/index.js'
import { LOOM } from '../../src/profiles/loom.js'
import { emptyProfile, frozenRecord } from '../../src/profiles/profile.js'
import { createDatabase } from '../postgres/database.js'
import { counts } from '../merge/two-databases.js'
import { ENGINES, loomDatabase, scratch, type LoomDatabase } from './loom-database.js'

const CONFIG = `SELECT value FROM config_kv WHERE key = 'loom.config.json'`
const addKeys = (database: LoomDatabase, key: string): Promise<void> => database.run(`ALTER TABLE providers ADD COLUMN api_key TEXT; UPDATE providers SET api_key = '${key}'`)

describe.each(ENGINES)('an export with --redact, %s', (engine) => {
  test('holds no secret, says so, and leaves those of the target as they are', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    await addKeys(from, 'sk-of-the-source')
    await from.run(`UPDATE config_kv SET value = '{"jwt_secret": "jwt-of-the-source"}' WHERE key = 'loom.config.json'`)
    const output = join(scratch(), 'redacted.tar.gz')
    const report = await exportStore({ store: from.store, output, profile: LOOM, redact: true })
    expect(report.leftOut).toContainEqual({ kind: 'column', name: 'providers.api_key', reason: 'it is secret' })
    expect(report.notes).toEqual(expect.arrayContaining(['table providers: the column api_key was left out as secret', 'table config_kv: 1 row was left out as secret (key: loom.config.json)']))
    expect((await inspectArchive({ input: output })).selection).toMatchObject({ redacted: { columns: ['providers.api_key'], rows: [{ table: 'config_kv', column: 'key', values: ['loom.config.json'] }] } })
    expect(gunzipSync(await readFile(output)).toString('latin1')).not.toMatch(/of-the-source/)

    const base = join(scratch(), 'base.tar.gz')
    await exportStore({ store: from.store, output: base, profile: LOOM })
    const into = await loomDatabase(engine, { content: 'sample' })
    await addKeys(into, 'sk-of-the-target')
    const before = await into.rows(CONFIG)
    for (const strategy of ['merge', 'replace', 'three-way'] as const) {
      const imported = await runImport({ input: output, store: into.store, profile: LOOM, strategy, ...(strategy === 'three-way' ? { base } : {}) })
      expect(counts(imported)).toEqual({ unchanged: imported.totals.unchanged })
      expect(await into.rows(CONFIG)).toEqual(before)
      expect(await into.rows(`SELECT DISTINCT api_key FROM providers`)).toEqual([{ api_key: 'sk-of-the-target' }])
    }
    const pruned = await runImport({ input: output, store: into.store, profile: LOOM, prune: true })
    expect(pruned.totals.deleted).toBe(0)
    await into.run(`DELETE FROM config_kv WHERE key <> 'loom.config.json'`)
    await runImport({ input: output, store: into.store, profile: LOOM })
    await from.run(`DELETE FROM config_kv WHERE key = (SELECT min(key) FROM config_kv WHERE key <> 'loom.config.json')`)
    await exportStore({ store: from.store, output, profile: LOOM, redact: true, overwrite: true })
    expect((await runImport({ input: output, store: into.store, profile: LOOM, strategy: 'replace' })).totals.deleted).toBe(1)
    expect(await into.rows(CONFIG)).toEqual(before)
  })

  test('of a version without a secret column says that there is none', async () => {
    const from = await loomDatabase(engine, { content: 'started' })
    const output = join(scratch(), 'redacted.json')
    const report = await exportStore({ store: from.store, output, format: 'json', profile: LOOM, redact: true })
    expect(report.notes).toContain('table providers has no column api_key that could be left out as secret')
    expect(await readFile(output, 'utf8')).toContain('"redacted"')
  })

  test('needs a profile that says what is secret, and no key among it', async () => {
    const from = await loomDatabase(engine, { content: 'empty' })
    const output = join(scratch(), 'redacted.tar.gz')
    await expect(exportStore({ store: from.store, output, redact: true })).rejects.toMatchObject({ code: 'USAGE' })
    const secrets = frozenRecord([['users', { columns: ['id'], rows: [] }]])
    await expect(exportStore({ store: from.store, output, redact: true, profile: { ...emptyProfile, secrets } })).rejects.toMatchObject({ code: 'CONFIG_INVALID', place: { table: 'users', column: 'id' } })
    const rows = frozenRecord([['users', { columns: [], rows: [{ column: 'idd', values: ['x'] }] }]])
    await expect(exportStore({ store: from.store, output, redact: true, profile: { ...emptyProfile, secrets: rows } })).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND' })
  })
})

describe('tables of running servers', () => {
  test('are exported, and left alone by an import that does not name them', async () => {
    const from = await loomDatabase('PostgreSQL', { content: 'sample' })
    const into = await loomDatabase('PostgreSQL', { content: 'empty' })
    await from.run(`INSERT INTO distributed_locks (lock_name, instance_id, expires_at) VALUES ('deploy', 'x', '2100-01-01')`)
    const input = join(scratch(), 'loom.tar.gz')
    const report = await exportStore({ store: from.store, output: input, profile: LOOM })
    expect(report.tables.find(({ table }) => table === 'distributed_locks')?.rows).toBeGreaterThan(0)
    const locks = 'SELECT lock_name FROM distributed_locks'
    const imported = await runImport({ input, store: into.store, profile: LOOM })
    expect(await into.rows(locks)).toEqual([])
    expect(imported.tables.map(({ table }) => table)).not.toContain('distributed_locks')
    expect(imported.notes).toContainEqual(expect.stringMatching(/^table distributed_locks was left alone/))
    await runImport({ input, store: into.store, profile: LOOM, strategy: 'replace', include: ['config'], confirm: async ({ tables }) => Promise.resolve(tables.every(({ table }) => table === 'config_kv')) })
    expect(await into.rows(locks)).toEqual([])
    await runImport({ input, store: into.store, profile: LOOM, include: ['distributed_locks'] })
    expect(await into.rows(locks)).toContainEqual({ lock_name: 'deploy' })
  })

  test('are made by --create, with their keys, and empty', async () => {
    const from = await loomDatabase('PostgreSQL', { content: 'sample' })
    const into = await createDatabase()
    const input = join(scratch(), 'loom.tar.gz')
    await exportStore({ store: from.store, output: input, profile: LOOM })
    await runImport({ input, store: into.url, profile: LOOM, create: true })
    expect(await into.query('SELECT count(*) FROM distributed_locks')).toEqual([['0']])
    expect(await into.query(`SELECT count(*) FROM pg_constraint WHERE conrelid = 'distributed_locks'::regclass AND contype = 'p'`)).toEqual([['1']])
    expect(await into.query('SELECT count(*) > 0 FROM users')).toEqual([['t']])
  })
})
