import { createHash } from 'node:crypto'
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { writeKeyStore } from '../../src/cli/demo/loom/write-key-store.js'
import { HoldallError } from '../../src/errors/holdall-error.js'
import { exportStore, inspectArchive, planImport, runImport, validateImport, type ExportOptions } from '../../src/index.js'
import { LOOM } from '../../src/profiles/loom.js'
import { LOOM_GROUPS } from '../../src/profiles/loom-groups.js'
import { emptyProfile, frozenRecord } from '../../src/profiles/profile.js'
import { Kept } from '../cli/host.js'
import { holdall } from '../cli/holdall.js'
import { ENGINES, loomDatabase, scratch, type EngineName, type LoomDatabase } from './loom-database.js'

const GROUPS = Object.keys(LOOM_GROUPS)

interface Document {
  readonly export_metadata: Readonly<Record<string, unknown>>
  readonly [group: string]: Readonly<Record<string, unknown>>
}

async function exported({ store }: LoomDatabase, more: Partial<ExportOptions> = {}): Promise<string> {
  const output = join(scratch(), 'loom.json')
  await exportStore({ store, output, profile: LOOM, format: 'json', ...more })
  return output
}

function parsed(path: string): Document {
  return JSON.parse(readFileSync(path, 'utf8')) as Document
}

async function refusal(work: Promise<unknown>): Promise<HoldallError> {
  const error: unknown = await work.then(() => new Error('it was done'), (reason: unknown) => reason)
  if (!HoldallError.is(error)) throw error
  return error
}

describe.each(ENGINES)('the document of a Loom in %s', (engine: EngineName) => {
  test('begins as Loom\'s own does, and holds its groups and tables in their order', async () => {
    const loom = await loomDatabase(engine, { content: 'sample' })
    for (const format of ['json', 'json-pretty'] as const) {
      const document = parsed(await exported(loom, { format }))
      const own = ['version', 'schema_version', 'exported_at', 'server_version', 'database_type', 'encryption_key_id', 'record_counts']
      expect(Object.keys(document.export_metadata).slice(0, 9)).toEqual([...own, 'format', 'format_version'])
      expect(document.export_metadata).toMatchObject({
        version: '2.0.0', schema_version: '1.0', server_version: '2.0.0', database_type: engine === 'SQLite' ? 'sqlite' : 'postgres', encryption_key_id: '', format: 'holdall-json', format_version: 1,
      })
      expect(document.export_metadata['exported_at']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Object.keys(document)).toEqual(['export_metadata', ...GROUPS, 'export_end'])
      for (const group of GROUPS) {
        const tables = (LOOM_GROUPS[group] ?? []).filter((table) => engine === 'PostgreSQL' || !['distributed_locks', 'instances'].includes(table))
        expect(Object.keys(document[group] ?? {})).toEqual(tables)
        const counts = document.export_metadata['record_counts'] as Record<string, number>
        for (const table of tables) expect(document[group]?.[table]).toHaveLength(counts[table] ?? -1)
      }
    }
  })

  test('leaves out a group of which no table was asked for', async () => {
    const loom = await loomDatabase(engine, { content: 'started' })
    expect(Object.keys(parsed(await exported(loom, { include: ['core', 'users'] }))).filter((key) => GROUPS.includes(key))).toEqual(['core', 'activity'])
  })

  test('holds the same rows in the same order each time', async () => {
    const loom = await loomDatabase(engine, { content: 'sample', rows: 3000 })
    const rows = async (): Promise<string> => readFileSync(await exported(loom), 'utf8').split('\n').slice(2).join('\n')
    expect(await rows()).toBe(await rows())
  })

  test('comes back whole, compressed or not, from a file and from a pipe', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const path = await exported(from)
    const gzip = await exported(from, { compress: true, compressionLevel: 9 })
    expect(gunzipSync(readFileSync(gzip)).length).toBeGreaterThan(readFileSync(gzip).length * 2)
    const into = await loomDatabase(engine, { content: 'empty' })
    // What is of a running server alone comes only where it is named.
    const include = engine === 'SQLite' ? ['*'] : ['*', 'distributed_locks', 'instances']
    const first = await runImport({ input: gzip, store: into.store, profile: LOOM, include })
    expect(first.totals).toMatchObject({ changed: 0, rejected: 0, conflicting: 0 })
    expect(first.totals.new).toBeGreaterThan(500)
    const again = { store: into.store, profile: LOOM, include }
    const inputs = [{ input: path }, { input: '-', stdin: createReadStream(gzip) }, { input: '-', stdin: Readable.from([gzipSync(readFileSync(path))]) }]
    for (const input of inputs) expect((await runImport({ ...again, ...input })).totals).toMatchObject({ new: 0, changed: 0, unchanged: first.totals.new })
    const lines = (file: string): string => readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{"')).map((line) => line.replace(/,$/, '')).sort().join('\n')
    expect(lines(await exported(into))).toBe(lines(path))
  })
})

describe('compressed output', () => {
  test('is one gzip file on standard output too, of the document that would be written', async () => {
    const loom = await loomDatabase('SQLite', { content: 'sample' })
    const stdout = new Kept()
    const { bytes } = await exportStore({ store: loom.store, output: '-', stdout, profile: LOOM, format: 'json', compress: true })
    const gzip = Buffer.concat(stdout.chunks)
    expect(bytes).toBe(gzip.length)
    const rows = (text: string): string => text.split('\n').slice(2).join('\n')
    expect(rows(gunzipSync(gzip).toString())).toBe(rows(readFileSync(await exported(loom), 'utf8')))
  })

  test('of an archive is what it always is, and that is said', async () => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const { notes } = await exportStore({ store: loom.store, output: join(scratch(), 'a.tar.gz'), compress: true })
    expect(notes).toContain('an archive is always compressed')
  })

  test('that is damaged or cut is refused', async () => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const gzip = readFileSync(await exported(loom, { compress: true }))
    const input = join(scratch(), 'broken.json.gz')
    const flipped = Buffer.from(gzip)
    flipped.writeUInt8(flipped.readUInt8(gzip.length >> 1) ^ 0x10, gzip.length >> 1)
    for (const broken of [flipped, gzip.subarray(0, -1), gzip.subarray(0, gzip.length >> 1)]) {
      writeFileSync(input, broken)
      expect(await refusal(runImport({ input, store: loom.store, profile: LOOM }))).toMatchObject({ code: 'DOCUMENT_INVALID' })
    }
  })
})

describe('a key store', () => {
  async function scene(): Promise<{ readonly loom: LoomDatabase; readonly keys: string; readonly other: string; readonly ids: readonly string[] }> {
    const loom = await loomDatabase('SQLite', { content: 'sample' })
    const rows = await loom.rows("SELECT key_id FROM providers WHERE key_id <> '' UNION SELECT key_id FROM credentials WHERE key_id <> ''")
    const ids = rows.map((row) => String(row['key_id']))
    expect(ids.length).toBeGreaterThan(2)
    const folder = scratch()
    const [keys, other] = [join(folder, 'keys.json'), join(folder, 'other.json')]
    await writeKeyStore(keys, ids)
    await writeKeyStore(other, ids)
    return { loom, keys, other, ids }
  }

  test('is told by a fingerprint of what it is, in documents and archives, and by nothing secret', async () => {
    const { loom, keys } = await scene()
    const store = JSON.parse(readFileSync(keys, 'utf8')) as { password_salt: string; password_verify: string; keys: Record<string, { encrypted_data: string }> }
    const digest = createHash('sha256').update(Buffer.from(store.password_salt, 'base64')).update(Buffer.from(store.password_verify, 'base64')).digest('hex')
    const text = readFileSync(await exported(loom, { keyStore: keys }), 'utf8')
    expect((JSON.parse(text) as Document).export_metadata['encryption_key_id']).toBe(`sha256:${digest}`)
    for (const secret of [store.password_salt, store.password_verify, ...Object.values(store.keys).map((key) => key.encrypted_data)]) expect(text).not.toContain(secret)
    const archive = join(scratch(), 'a.tar.gz')
    await exported(loom, { keyStore: keys, format: 'archive', output: archive })
    expect((await inspectArchive({ input: archive })).application?.encryptionKeyId).toBe(`sha256:${digest}`)
  })

  test('that differs from the export\'s is refused before anything is touched, naming both', async () => {
    const { loom, keys, other } = await scene()
    const input = await exported(loom, { keyStore: keys })
    const target = join(scratch(), 'not-there.db')
    for (const work of [runImport, planImport, validateImport]) {
      const error = await refusal(work({ input, store: target, profile: LOOM, keyStore: other, create: true }))
      expect(error).toMatchObject({ code: 'KEY_MISMATCH', exitCode: 12, status: 409 })
      expect(error.message.match(/sha256:[0-9a-f]{64}/g)).toHaveLength(2)
    }
    expect(() => readFileSync(target)).toThrow('ENOENT')
  })

  test('must hold every key that rows refer to; a row is named', async () => {
    const { loom, keys, ids } = await scene()
    const input = await exported(loom)
    const into = await loomDatabase('SQLite', { content: 'empty' })
    const store = JSON.parse(readFileSync(keys, 'utf8')) as { keys: Record<string, unknown> }
    const lost = ids.find((id) => id.startsWith('ssh-')) ?? ''
    const short = join(scratch(), 'short.json')
    writeFileSync(short, JSON.stringify({ ...store, keys: Object.fromEntries(Object.entries(store.keys).filter(([id]) => id !== lost)) }))
    for (const work of [runImport, planImport, validateImport]) {
      const error = await refusal(work({ input, store: into.store, profile: LOOM, keyStore: short }))
      expect(error).toMatchObject({ code: 'KEY_MISSING', exitCode: 12, place: { table: 'credentials', column: 'key_id', row: expect.any(Number) as number } })
      expect(error.message).toContain(lost)
    }
    expect(await into.rows('SELECT id FROM projects')).toEqual([])
    expect((await runImport({ input, store: into.store, profile: LOOM, keyStore: short, exclude: ['credentials'] })).totals.new).toBeGreaterThan(0)
  })

  test('that fits lets the import through; where nothing can be compared that is said', async () => {
    const { loom, keys } = await scene()
    const into = await loomDatabase('SQLite', { content: 'empty' })
    const input = await exported(loom, { keyStore: keys })
    expect((await runImport({ input, store: into.store, profile: LOOM, keyStore: keys })).notes.join('\n')).not.toContain('key store')
    expect((await planImport({ input, store: into.store, profile: LOOM })).notes.join('\n')).toContain('--key-store')
  })

  test.each([
    ['not there', null, /cannot be read/],
    ['no JSON', '{"version":', /is no JSON/],
    ['no object', '[]', /no JSON object/],
    ['without keys', '{"password_salt":"AA==","password_verify":"AA=="}', /no object "keys"/],
    ['without a salt', '{"password_verify":"AA==","keys":{}}', /no password_salt/],
    ['with a verifier that is no base64', '{"password_salt":"AA==","password_verify":"?","keys":{}}', /no password_verify/],
  ])('that is %s is a fault of the settings, and nothing of it is shown', async (_, content, problem) => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const path = join(scratch(), 'keys.json')
    if (content !== null) writeFileSync(path, content)
    const error = await refusal(exported(loom, { keyStore: path }))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toMatch(problem)
  })

  test('means nothing without a profile that knows of keys', async () => {
    const { loom, keys } = await scene()
    expect(await refusal(exported(loom, { keyStore: keys, profile: emptyProfile }))).toMatchObject({ code: 'USAGE' })
  })

  test('is named on the command line or by the store in holdall.yaml', async () => {
    const { loom, keys, other } = await scene()
    const cwd = scratch()
    writeFileSync(join(cwd, 'holdall.yaml'), `stores:\n  loom:\n    url: ${loom.store}\n    profile: loom\n    keyStore: ${keys}\n`)
    expect((await holdall(['export', '-s', 'loom', '-o', 'l.json', '-f', 'json', '--compress'], { cwd })).code).toBe(0)
    expect((await holdall(['import', 'l.json', '-s', 'loom', '--dry-run'], { cwd })).code).toBe(0)
    const refused = await holdall(['import', 'l.json', '-s', 'loom', '--key-store', other], { cwd })
    expect([refused.code, refused.err]).toEqual([12, expect.stringContaining('KEY_MISMATCH') as string])
  })
})

describe('an archive of another schema version', () => {
  test('is refused whatever it is packed in', async () => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const application = LOOM.application === null ? null : { ...LOOM.application, schemaVersion: '2.0' }
    for (const format of ['json', 'archive'] as const) {
      const input = join(scratch(), 'later')
      await exportStore({ store: loom.store, output: input, profile: { ...LOOM, application }, format })
      expect(await refusal(runImport({ input, store: loom.store, profile: LOOM }))).toMatchObject({ code: 'SCHEMA_VERSION', exitCode: 6, status: 400 })
      expect((await runImport({ input, store: loom.store, profile: { ...emptyProfile, groups: frozenRecord<readonly string[]>([]) } })).totals.new).toBe(0)
    }
  })

  test('says in its summary what it is', async () => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const output = join(scratch(), 'a.tar.gz')
    await exportStore({ store: loom.store, output, profile: LOOM })
    expect((await inspectArchive({ input: output })).application).toEqual({ version: '2.0.0', schemaVersion: '1.0', serverVersion: '2.0.0', databaseType: 'sqlite', encryptionKeyId: '' })
    const { json, out } = await holdall(['inspect', output, '--json'])
    expect(json).toMatchObject({ application: { schema_version: '1.0', encryption_key_id: '' } })
    expect(out).not.toContain('schemaVersion')
    expect((await holdall(['inspect', output])).out).toContain('schema version 1.0')
  })
})

describe('import --validate-only', () => {
  test('says that the input would do, and touches nothing', async () => {
    const loom = await loomDatabase('SQLite', { content: 'sample' })
    const into = await loomDatabase('SQLite', { content: 'empty' })
    const { json, code } = await holdall(['import', await exported(loom), '-s', into.store, '--profile', 'loom', '--validate-only', '--json'])
    expect(code).toBe(0)
    expect(json).toMatchObject({ command: 'import', status: 'validation', ok: true, findings: [] })
    expect(await into.rows('SELECT count(*) AS n FROM projects')).toEqual([{ n: 0 }])
  })

  test('ends as the import would: drift, damage', async () => {
    const loom = await loomDatabase('SQLite', { content: 'started' })
    const input = await exported(loom)
    const into = await loomDatabase('SQLite', { content: 'empty' })
    await into.run('ALTER TABLE users DROP COLUMN username').catch(async () => into.run('ALTER TABLE users RENAME COLUMN email TO mail'))
    const drifted = await holdall(['import', input, '-s', into.store, '--profile', 'loom', '--validate-only'])
    expect([drifted.code, drifted.err]).toEqual([6, expect.stringContaining('SCHEMA_DRIFT') as string])
    writeFileSync(input, readFileSync(input, 'utf8').slice(0, -200))
    expect((await holdall(['import', input, '-s', into.store, '--profile', 'loom', '--validate-only'])).code).toBe(5)
  })

  test('works while another process writes to the database', async () => {
    const loom = await loomDatabase('PostgreSQL', { content: 'started' })
    const input = await exported(loom)
    // Every writer's own lock: an import would have to wait for it.
    const holding = loom.run('BEGIN; LOCK TABLE projects IN ROW EXCLUSIVE MODE; SELECT pg_sleep(0.1); COMMIT')
    expect(await validateImport({ input, store: loom.store, profile: LOOM, lockTimeout: 1 })).toMatchObject({ ok: true })
    await holding
  })
})
