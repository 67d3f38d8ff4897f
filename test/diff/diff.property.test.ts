import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DiffCounts } from '../../src/transfer/diff/diff-report.js'
import { diff } from '../../src/transfer/diff/diff.js'
import { postgresqlPlace, sqlitePlace, type MergePlace } from '../merge/merge-places.js'
import type { MergeMatch, MergeSchema, MergeState } from '../merge/merge-schema.js'
import { mergeSchemas } from '../merge/random-schemas.js'
import { mergeWorlds } from '../merge/random-states.js'
import { scratch } from '../merge/two-databases.js'
import { runs } from '../property/runs.js'
import { diffOracle } from './diff-oracle.js'

interface Case {
  readonly schema: MergeSchema
  readonly a: MergeState
  readonly b: MergeState
  readonly match: MergeMatch
}

/** Rules over any columns: such that are NULL, that are not unique, that refer to the table itself or in circles. */
function matches(schema: MergeSchema): fc.Arbitrary<MergeMatch> {
  const rule = (names: readonly string[]): fc.Arbitrary<string[]> => fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 })
  return fc
    .tuple(...schema.tables.map(({ columns }) => fc.option(fc.array(rule(columns.map(({ name }) => name)), { minLength: 1, maxLength: 2 }), { freq: 3 })))
    .map((all) => Object.fromEntries(schema.tables.flatMap(({ name }, index) => (all[index] === null || all[index] === undefined ? [] : [[name, all[index]]]))))
}

const cases = (oneRule: boolean): fc.Arbitrary<Case> => mergeSchemas({ oneRule }).chain((schema) =>
  fc
    .record({ world: fc.oneof(mergeWorlds(schema, 'much'), mergeWorlds(schema, 'little')), match: fc.oneof(fc.constant({}), matches(schema)) })
    .map(({ world, match }) => ({ schema, a: world.archive, b: world.target, match })),
)

const NOTHING: DiffCounts = { onlyA: 0, onlyB: 0, changed: 0, same: 0, ambiguousA: 0, ambiguousB: 0 }

async function found({ a, b }: { a: MergePlace; b: MergePlace }, schema: MergeSchema, match: MergeMatch): Promise<Record<string, DiffCounts>> {
  const { tables } = await diff({ a: a.store, b: b.store, match, examples: 1 })
  return Object.fromEntries(
    schema.tables.map(({ name }) => {
      const table = tables.find((each) => each.table === name)
      return [name, Object.fromEntries(Object.keys(NOTHING).map((key) => [key, table?.[key as keyof DiffCounts]])) as unknown as DiffCounts]
    }),
  )
}

const mirrored = (all: Record<string, DiffCounts>): Record<string, DiffCounts> =>
  Object.fromEntries(Object.entries(all).map(([name, each]) => [name, { ...each, onlyA: each.onlyB, onlyB: each.onlyA, ambiguousA: each.ambiguousB, ambiguousB: each.ambiguousA }]))

const file = (name: string): MergePlace => sqlitePlace(join(scratch(), name))

const ENGINES = {
  'SQLite and SQLite': { usual: 150, oneRule: false, places: async () => ({ a: file('a.db'), b: file('b.db') }) },
  // It lists unique keys by name, so that of several another is tried first.
  'PostgreSQL and PostgreSQL': { usual: 12, oneRule: true, places: async () => ({ a: await postgresqlPlace(), b: await postgresqlPlace() }) },
  'SQLite and PostgreSQL': { usual: 12, oneRule: true, places: async () => ({ a: file('a.db'), b: await postgresqlPlace() }) },
}

describe.each(Object.entries(ENGINES))('%s', (_, { usual, oneRule, places }) => {
  test('a difference is what the oracle says, seen from either side', { timeout: 3_600_000 }, async () => {
    const both = await places()
    const seen = { ...NOTHING }
    await fc.assert(
      fc.asyncProperty(cases(oneRule), async ({ schema, a, b, match }) => {
        await both.a.build(schema, a)
        await both.b.build(schema, b)
        const expected = diffOracle(schema, a, b, match)
        expect(await found(both, schema, match)).toEqual(expected)
        expect(await found({ a: both.b, b: both.a }, schema, match)).toEqual(mirrored(expected))
        for (const each of Object.values(expected)) for (const key of Object.keys(seen) as (keyof DiffCounts)[]) (seen as Record<keyof DiffCounts, number>)[key] += each[key]
      }),
      runs(usual),
    )
    const often = usual > 100 ? seen : { ...seen, ambiguousA: 1, ambiguousB: 1 }
    expect(Object.values(often).every((rows) => rows > 0), JSON.stringify(seen)).toBe(true)
  })

  test('nothing differs from itself, by whatever rules', { timeout: 3_600_000 }, async () => {
    const { a } = await places()
    await fc.assert(
      fc.asyncProperty(cases(oneRule), async (input) => {
        await a.build(input.schema, input.a)
        expect((await diff({ a: a.store, b: a.store, match: input.match })).same).toBe(true)
      }),
      runs(Math.ceil(usual / 3)),
    )
  })
})
