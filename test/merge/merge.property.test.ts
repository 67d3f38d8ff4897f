import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runs } from '../property/runs.js'
import { checkMerge, type MergeCase, type MergePlaces } from './check-merge.js'
import { postgresqlPlace, sqlitePlace } from './merge-places.js'
import type { MergeStrategy } from './oracle.js'
import { mergeSchemas } from './random-schemas.js'
import { mergeWorlds } from './random-states.js'

const style = fc.record({ identity: fc.constantFrom('serial' as const, 'by-default' as const, 'always' as const), uniques: fc.constantFrom('constraint' as const, 'index' as const) })

function mergeCases(strategy: MergeStrategy): fc.Arbitrary<MergeCase> {
  const descends = strategy === 'three-way'
  return mergeSchemas({ timed: strategy === 'keep-newer' || strategy === 'keep-older', oneRule: descends, labelled: strategy === 'keep-both' }).chain((schema) =>
    fc
      .record({ world: mergeWorlds(schema, descends ? 'little' : strategy === 'fail-on-conflict' ? 'apart' : 'much'), style, prune: fc.nat(5).map((value) => value === 5) })
      .map(({ world: { base, ...sides }, style: chosen, prune }) => ({ schema, ...sides, ...(descends ? { base } : {}), ...(prune ? { prune } : {}), strategy, style: chosen })),
  )
}

function folder(): (name: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'holdall-merge-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return (name) => join(path, name)
}

const STRATEGIES: readonly MergeStrategy[] = ['merge', 'skip', 'replace', 'fail-on-conflict', 'keep-newer', 'keep-older', 'keep-both', 'three-way']

const ENGINES = {
  SQLite: { usual: 60, places: async (path: (name: string) => string): Promise<Omit<MergePlaces, 'path'>> => ({ source: sqlitePlace(path('source.db')), target: sqlitePlace(path('target.db')) }) },
  PostgreSQL: { usual: 12, places: async (): Promise<Omit<MergePlaces, 'path'>> => ({ source: await postgresqlPlace(), target: await postgresqlPlace() }) },
}

describe.each(Object.entries(ENGINES))('%s', (_, { usual, places }) => {
  test.each(STRATEGIES)('%s does what the specification says, as its plan foretold, and a second import changes nothing', { timeout: 3_600_000 }, async (strategy) => {
    const path = folder()
    const both = await places(path)
    const ends = { done: 0, failed: 0 }
    await fc.assert(
      fc.asyncProperty(mergeCases(strategy), async (input) => {
        ends[await checkMerge(input, { ...both, path })] += 1
      }),
      runs(usual),
    )
    expect(ends.done).toBeGreaterThan(ends.failed / 4)
  })
})
