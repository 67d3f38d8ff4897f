import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { HoldallError } from '../../src/errors/holdall-error.js'
import { diff, planImport, runImport, validateImport, verifyArchive, type ImportOptions, type ImportReport } from '../../src/index.js'
import { LOOM } from '../../src/profiles/loom.js'
import { ENGINES, loomDatabase, scratch, type EngineName, type LoomDatabase } from './loom-database.js'
import { exportAsOriginal, originalDocument, Raw, type GoRow, type OriginalProps } from './original-document.js'

const PROVIDER: GoRow = {
  id: 'openai', name: 'OpenAI <&>', type: 'openai', endpoint: 'https://api.example/v1', description: '', last_heartbeat_latency_ms: 12, requires_key: true, key_id: null, is_shared: false,
  status: 'active', schema_version: '1.0', created_at: '2026-02-16T09:59:59.123456-08:00', updated_at: '2026-02-16T10:00:00Z',
}
const PROJECT: GoRow = {
  id: 'p1', name: 'Zoë', git_repo: 'git', branch: 'main', beads_path: '.beads', is_perpetual: false, is_sticky: true, git_strategy: 'direct', status: 'open',
  context_json: '', schema_version: '1.0', created_at: '2026-02-16T10:00:00Z', updated_at: '2026-02-16T10:00:00Z',
}
const LESSON: GoRow = { id: 'l1', project_id: 'p1', category: 'c', title: 't', detail: 'd', created_at: '2026-02-16T10:00:00Z' }

const core = (providers: readonly GoRow[] | null, projects: readonly GoRow[] | null = []): OriginalProps => ({ groups: { core: { providers, projects }, workflow: null, tracking: { lessons: null } } })

function file(text: string | Buffer, name = 'loom.json'): string {
  const path = join(scratch(), name)
  writeFileSync(path, text)
  return path
}

async function into(database: LoomDatabase, document: string | Buffer, more: Partial<ImportOptions> = {}): Promise<ImportReport> {
  return runImport({ input: file(document), store: database.store, profile: LOOM, ...more })
}

async function refusal(work: Promise<unknown>): Promise<HoldallError> {
  const error: unknown = await work.then(() => new Error('it was done'), (reason: unknown) => reason)
  if (!HoldallError.is(error)) throw error
  return error
}

describe.each(ENGINES)('a document of Loom itself, into %s', (engine: EngineName) => {
  test('brings every value to what the column holds', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const lessons = [{ ...LESSON, embedding: 'AACAPw==', relevance_score: new Raw('0.1234567') }, { ...LESSON, id: 'l2', embedding: null, relevance_score: new Raw('1') }]
    const report = await into(loom, originalDocument({ groups: { core: { providers: [PROVIDER], projects: [PROJECT] }, tracking: { lessons } } }))
    expect(report.totals).toMatchObject({ new: 4, rejected: 0 })
    const sqlite = engine === 'SQLite'
    expect(await loom.rows('SELECT name, description, requires_key, is_shared, key_id, created_at, context_window FROM providers')).toEqual([
      {
        name: 'OpenAI <&>', description: '', requires_key: sqlite ? 1 : true, is_shared: sqlite ? 0 : false, key_id: null,
        created_at: sqlite ? '2026-02-16 09:59:59.123456-08:00' : '2026-02-16T17:59:59.123456',
        // The document has no such column, so the target's own default counts.
        context_window: sqlite ? 4096 : null,
      },
    ])
    expect(await loom.rows(`SELECT ${sqlite ? 'hex(embedding)' : "upper(encode(embedding, 'hex'))"} AS bytes FROM lessons WHERE embedding IS NOT NULL`)).toEqual([{ bytes: '0000803F' }])
  })

  test('keeps numbers of 64 bits, and takes whole ones that were written as floats', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const motivation = (id: string, nanoseconds: string): GoRow => ({
      id, name: id, description: '', type: 'calendar', condition: 'c', status: 'active', priority: new Raw('5.0'), cooldown_period_ns: new Raw(nanoseconds), trigger_count: 0,
      is_built_in: false, create_bead_on_trigger: false, wake_agent: true, created_at: '2026-02-16T10:00:00Z', updated_at: '2026-02-16T10:00:00Z',
    })
    const motivations = [motivation('a', '9007199254740993'), motivation('b', '3e+11'), motivation('c', '300000000000.0'), motivation('d', '-9223372036854775808')]
    await into(loom, originalDocument({ groups: { tracking: { motivations } } }))
    expect(await loom.rows('SELECT CAST(cooldown_period_ns AS TEXT) AS ns, priority FROM motivations ORDER BY id')).toEqual(
      ['9007199254740993', '300000000000', '300000000000', '-9223372036854775808'].map((ns) => ({ ns, priority: 5 })),
    )
  })

  test('imports twice without a change, pretty or not, compressed or not', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const props = core([PROVIDER, { ...PROVIDER, id: 'b' }], [PROJECT])
    const first = await into(loom, originalDocument(props))
    expect(first.totals).toMatchObject({ new: 3 })
    expect(first.notes.join('\n')).toContain('"master-key-v1", which is the same in every export')
    for (const again of [originalDocument(props), originalDocument({ ...props, indent: true }), gzipSync(originalDocument(props))]) {
      expect((await into(loom, again)).totals).toMatchObject({ new: 0, changed: 0, unchanged: 3 })
    }
  })

  test('a table without rows has none, one that is null is not spoken of', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    await into(loom, originalDocument(core([PROVIDER], [PROJECT])))
    await into(loom, originalDocument(core(null, [])), { strategy: 'replace' })
    expect(await loom.rows('SELECT (SELECT count(*) FROM providers) AS providers, (SELECT count(*) FROM projects) AS projects')).toEqual([{ providers: 1, projects: 0 }])
  })

  test('a key that single rows lack is NULL, unless the column may not be', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const { description: _description, ...brief } = PROVIDER
    const { endpoint: _endpoint, ...broken } = PROVIDER
    await into(loom, originalDocument(core([PROVIDER, { ...brief, id: 'b' }])))
    expect(await loom.rows('SELECT id, description FROM providers ORDER BY id')).toEqual([{ id: 'b', description: null }, { id: 'openai', description: '' }])
    const error = await refusal(into(loom, originalDocument(core([PROVIDER, { ...broken, id: 'c' }]))))
    expect(error).toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'providers', row: 2, column: 'endpoint' } })
    expect(error.message).toMatch(/no "endpoint".*NOT NULL \(byte \d+, line 1, column \d+\)/)
  })

  test.each<[string, GoRow, string, RegExp]>([
    ['a text where a flag belongs', { requires_key: { } as never }, 'requires_key', /stands where/],
    ['a number where text belongs', { name: 5 }, 'name', /number|text/],
    ['a number beyond all floats', { last_heartbeat_latency_ms: new Raw('1e400') }, 'last_heartbeat_latency_ms', /large|whole number/],
  ])('%s is refused with table, row, column and place', async (_, change, column, problem) => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const error = await refusal(into(loom, originalDocument(core([PROVIDER, { ...PROVIDER, id: 'b', ...change }]))))
    expect(error).toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'providers', row: 2, column } })
    expect(error.message).toMatch(problem)
    expect(error.message).toMatch(/\(byte \d+, line 1, column \d+\)$/)
    expect(await loom.rows('SELECT id FROM providers')).toEqual([])
  })

  test('bytes that its server broke are refused, or by leave become NULL', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const document = originalDocument({ groups: { core: { projects: [PROJECT] }, tracking: { lessons: [{ ...LESSON, embedding: '\ufffd\u0000\ufffd?' }] } } })
    expect(await refusal(into(loom, document))).toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'lessons', row: 1, column: 'embedding' } })
    const { notes } = await into(loom, document, { conversions: ['broken-bytes-to-null'] })
    expect(notes.join('\n')).toContain('lessons.embedding: 1 value was lost')
    expect(await loom.rows('SELECT embedding FROM lessons')).toEqual([{ embedding: null }])
  })

  test('tables and columns that the target lacks are named, all of them, with what is near', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const document = originalDocument({ groups: { core: { providers: [{ ...PROVIDER, statis: 'x' }], provider: [PROVIDER], nothing: [] } } })
    const error = await refusal(into(loom, document))
    expect(error.code).toBe('SCHEMA_DRIFT')
    expect(error.place).toEqual({ table: 'providers', column: 'statis' })
    expect(error.message).toContain('it has status')
    expect(error.details.join('\n')).toMatch(/no table provider; it has .*providers/)
    expect(error.details).toHaveLength(1)
    const { notes, totals } = await into(loom, document, { exclude: ['provider'], conversions: ['drop-columns'] })
    expect(totals).toMatchObject({ new: 1 })
    expect(notes).toContain('the target has no column providers.statis; its values are left out')
  })

  test('what is left out need not fit', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const lessons = [{ ...LESSON, embedding: '\ufffd', mood: 'good' }]
    const document = originalDocument({ groups: { core: { providers: [PROVIDER], projects: [PROJECT], beads: [{ id: 1 }] }, tracking: { lessons } } })
    const report = await into(loom, document, { exclude: ['beads', 'tracking'] })
    expect(report.totals).toMatchObject({ new: 2 })
    expect(report.tables.map(({ table }) => table).sort()).toEqual(['projects', 'providers'])
    expect(await refusal(into(loom, document, { exclude: ['tracking'] }))).toMatchObject({ code: 'SCHEMA_DRIFT', place: { table: 'beads' } })
  })

  test('is validated without a trace', async () => {
    const loom = await loomDatabase(engine, { content: 'empty' })
    const input = file(originalDocument(core([PROVIDER], [PROJECT])))
    expect(await validateImport({ input, store: loom.store, profile: LOOM })).toMatchObject({ ok: true, findings: [], tables: expect.arrayContaining([{ table: 'providers', rows: 1 }]) as unknown })
    expect((await planImport({ input, store: loom.store, profile: LOOM })).totals).toMatchObject({ new: 2 })
    expect(await loom.rows('SELECT id FROM providers')).toEqual([])
  })
})

test('a whole database comes back from its own server\'s export as it was, but for what that export breaks', async () => {
  const from = await loomDatabase('SQLite', { content: 'sample' })
  const to = await loomDatabase('SQLite', { content: 'empty' })
  await from.run('UPDATE lessons SET embedding = NULL')
  const input = file(exportAsOriginal(from.store))
  const report = await runImport({ input, store: to.store, profile: LOOM })
  expect(report.totals).toMatchObject({ changed: 0, rejected: 0 })
  const { tables } = await diff({ a: from.store, b: to.store, profile: LOOM, examples: 1000 })
  const odd = tables.flatMap(({ table, changed, onlyA, onlyB }) => (onlyA + onlyB > 0 ? [`${table}: rows`] : changed > 0 ? [table] : []))
  // Times that SQLite itself made have no offset, and texts that were bytes are texts now.
  expect(odd.filter((each) => each.includes('rows'))).toEqual([])
})

test('a document that was made in the database it goes into changes no time that the server stored', async () => {
  const loom = await loomDatabase('SQLite', { content: 'started' })
  const report = await runImport({ input: file(exportAsOriginal(loom.store)), store: loom.store, profile: LOOM })
  expect(report.totals).toMatchObject({ new: 0, rejected: 0 })
  const changed = report.tables.filter((table) => table.changed > 0).map(({ table }) => table)
  expect(changed).not.toContain('workflows')
})

describe('a document of Loom itself', () => {
  test.each([
    ['another schema version', { schema_version: '2.0' }, 'SCHEMA_VERSION', /"2.0", and the profile knows "1.0"/],
    ['counts that do not fit', { record_counts: { providers: 2 } }, 'DOCUMENT_INVALID', /holds 1 rows, and record_counts of export_metadata says 2/],
    ['counts of a table that is not there', { record_counts: { users: 1 } }, 'DOCUMENT_INVALID', /holds 0 rows/],
    ['no schema version at all', { schema_version: undefined }, 'DOCUMENT_INVALID', /export_metadata\.format/],
  ])('with %s is refused', async (_, metadata, code, problem) => {
    const loom = await loomDatabase('SQLite', { content: 'empty' })
    const error = await refusal(into(loom, originalDocument({ ...core([PROVIDER]), metadata })))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(problem)
  })

  test('cut anywhere is refused', async () => {
    const loom = await loomDatabase('SQLite', { content: 'empty' })
    const text = originalDocument(core([PROVIDER], [PROJECT])).trimEnd()
    for (let end = 1; end < text.length; end += 97) expect((await refusal(into(loom, text.slice(0, end)))).exitCode).toBe(5)
    expect((await into(loom, text)).totals).toMatchObject({ new: 2 })
  })

  test('compressed and cut is refused', async () => {
    const loom = await loomDatabase('SQLite', { content: 'empty' })
    const gzip = gzipSync(originalDocument(core([PROVIDER], [PROJECT])))
    for (const end of [gzip.length - 1, gzip.length - 9, gzip.length >> 1]) expect(await refusal(into(loom, gzip.subarray(0, end)))).toMatchObject({ exitCode: 5 })
  })

  test('without counts, groups or a profile is read all the same', async () => {
    const loom = await loomDatabase('SQLite', { content: 'empty' })
    const document = originalDocument({ groups: { core: { providers: [PROVIDER] } }, metadata: { record_counts: undefined, exported_at: 'yesterday' } })
    expect((await into(loom, document, { profile: undefined })).totals).toMatchObject({ new: 1 })
    expect(await loom.rows('SELECT updated_at FROM providers')).toEqual([{ updated_at: '2026-02-16T10:00:00Z' }])
  })

  test('a table twice, or a row that is none, is refused', async () => {
    const loom = await loomDatabase('SQLite', { content: 'empty' })
    const good = originalDocument(core([PROVIDER]))
    expect((await refusal(into(loom, good.replace('"projects":[]', '"providers":[]')))).message).toContain('"providers" is there twice')
    expect((await refusal(into(loom, good.replace('"projects":[]', '"projects":{}')))).message).toContain('neither null nor an array')
    expect((await refusal(into(loom, `${good}{}`))).message).toContain('something follows the end')
    expect((await refusal(into(loom, good.replace('{"created_at"', '{"id":"x","created_at"')))).message).toContain('key "id" is there twice')
  })

  test('cannot be read without a database, and cannot make tables', async () => {
    const input = file(originalDocument(core([PROVIDER])))
    expect(await verifyArchive({ input })).toMatchObject({ ok: false, findings: [{ code: 'DOCUMENT_INVALID' }] })
    const loom = await loomDatabase('SQLite', { content: 'empty' })
    expect(await refusal(runImport({ input, store: loom.store, create: true }))).toMatchObject({ code: 'USAGE' })
  })
})

test('nanoseconds do not fit PostgreSQL, and are rounded only by leave', async () => {
  const loom = await loomDatabase('PostgreSQL', { content: 'empty' })
  const document = originalDocument(core([{ ...PROVIDER, updated_at: '2026-02-16T23:59:59.123456789-08:00' }]))
  expect(await refusal(into(loom, document))).toMatchObject({ code: 'DOCUMENT_INVALID', place: { table: 'providers', row: 1, column: 'updated_at' } })
  await into(loom, document, { conversions: ['round'] })
  expect(await loom.rows('SELECT updated_at FROM providers')).toEqual([{ updated_at: '2026-02-17T07:59:59.123457' }])
})
