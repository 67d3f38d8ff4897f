import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runs } from '../property/runs.js'
import { checkMerge, type MergePlaces } from './check-merge.js'
import { mergeCases, STRATEGIES, type CaseKind } from './merge-cases.js'
import { postgresqlPlace, sqlitePlace } from './merge-places.js'

function folder(): (name: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'holdall-merge-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return (name) => join(path, name)
}

const ENGINES = {
  SQLite: { usual: 60, places: async (path: (name: string) => string): Promise<Omit<MergePlaces, 'path'>> => ({ source: sqlitePlace(path('source.db')), target: sqlitePlace(path('target.db')) }) },
  PostgreSQL: { usual: 12, places: async (): Promise<Omit<MergePlaces, 'path'>> => ({ source: await postgresqlPlace(), target: await postgresqlPlace() }) },
}

describe.each(Object.entries(ENGINES))('%s', (_engine, { usual, places }) => {
  const kinds: readonly CaseKind[] = [...STRATEGIES, 'mixed', 'declared']
  test.each(kinds)('%s does what the specification says, as its plan foretold, and a second import changes nothing', { timeout: 3_600_000 }, async (kind) => {
    const path = folder()
    const both = await places(path)
    const ends = { done: 0, failed: 0 }
    await fc.assert(
      fc.asyncProperty(mergeCases(kind), async (input) => {
        ends[await checkMerge(input, { ...both, path })] += 1
      }),
      runs(usual),
    )
    expect(ends.done).toBeGreaterThan(ends.failed / 4)
  })
})
