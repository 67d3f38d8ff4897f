import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { LOOM } from '../../src/profiles/loom.js'
import { startServer } from '../server/start.js'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'

// The command lines that Loom's own users know, with `holdall` for `loomctl`.
const WAYS = ['a server', 'a store in a variable', 'a store in holdall.yaml'] as const

let cwd = ''

beforeEach(async () => {
  cwd = testFolder()
  expect((await holdall(['demo', '--profile', 'loom', '--store', 'loom.db', '--rows', '600', '-q'], { cwd })).code).toBe(0)
})

async function environment(way: (typeof WAYS)[number]): Promise<Record<string, string>> {
  const location = join(cwd, 'loom.db')
  if (way === 'a store in a variable') return { HOLDALL_STORE: location, HOLDALL_PROFILE: 'loom' }
  if (way === 'a store in holdall.yaml') {
    writeFileSync(join(cwd, 'holdall.yaml'), 'stores: { loom: { url: loom.db, profile: loom } }\nstore: loom\n')
    return {}
  }
  const { url } = await startServer({ stores: [{ name: 'loom', kind: 'ready', location, profile: LOOM }], settings: { limits: { exportsPerHour: 100 } } })
  return { HOLDALL_SERVER: url }
}

interface Document {
  readonly export_metadata: { readonly record_counts: Readonly<Record<string, number>> }
  readonly [group: string]: unknown
}

describe.each(WAYS)('with %s', (way) => {
  test('every line does what it says', async () => {
    const env = await environment(way)
    const run = async (line: string): Promise<Ran> => holdall(line.split(' '), { cwd, env })
    const document = (name: string): Document => {
      const bytes = readFileSync(join(cwd, name))
      return JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8')) as Document
    }
    const rows = (name: string): number => Object.values(document(name).export_metadata.record_counts).reduce((sum, count) => sum + count, 0)

    for (const line of [
      'export --output backup.json',
      'export --format json-pretty --output pretty.json',
      'export --include core,workflow --output partial.json',
      'export --project loom-self --output project-backup.json',
      'export --since 2026-02-01T00:00:00Z --output incremental.json',
      'export --compress -o x.json.gz',
    ]) expect([line, (await run(line)).code]).toEqual([line, 0])
    expect(readFileSync(join(cwd, 'pretty.json'), 'utf8')).toMatch(/^\{\n {2}"export_metadata": \{\n/)
    expect([rows('pretty.json'), rows('x.json.gz')]).toEqual([rows('backup.json'), rows('backup.json')])
    expect(Object.keys(document('partial.json'))).toEqual(['export_metadata', 'core', 'workflow', 'stubs', 'export_end'])
    expect(rows('project-backup.json')).toBeLessThan(rows('backup.json'))
    expect(rows('incremental.json')).toBeLessThanOrEqual(rows('backup.json'))
    const piped = await run('export')
    expect((piped.json as Document).export_metadata.record_counts).toEqual(document('backup.json').export_metadata.record_counts)

    for (const line of ['import backup.json', 'import backup.json --dry-run', 'import backup.json --validate-only', 'import backup.json --strategy replace --yes']) expect([line, (await run(line)).code]).toEqual([line, 0])
    expect(await run('import backup.json --strategy replace')).toMatchObject({ code: 2, err: expect.stringContaining('Pass --yes') as string })
    expect(await run('import backup.json --strategy fail-on-conflict')).toMatchObject({ code: 4, err: expect.stringContaining('[CONFLICT]') as string })
  })
})
