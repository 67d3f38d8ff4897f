import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runs } from '../property/runs.js'
import { meaning } from './meaning.js'
import { isUnique, isWhole, oracle, type Expected, type MergeStrategy } from './oracle.js'
import { mergeSchemas } from './random-schemas.js'
import { mergeWorlds } from './random-states.js'

const STRATEGIES: readonly MergeStrategy[] = ['merge', 'skip', 'replace', 'keep-newer', 'keep-older', 'three-way']

const cases = (strategy: MergeStrategy): fc.Arbitrary<Parameters<typeof oracle>[0]> =>
  mergeSchemas({ timed: strategy.startsWith('keep'), oneRule: strategy === 'three-way' }).chain((schema) =>
    mergeWorlds(schema, strategy === 'three-way' ? 'little' : 'much').map((world) => ({ schema, ...world, strategy })),
  )

const rowsOf = (expected: Expected): number => Object.values(expected.counts).reduce((sum, each) => sum + each.new + each.changed + each.unchanged + each.kept + each.conflicting, 0)

test.each(STRATEGIES)('the oracle of %s accounts for every row and is at rest after one import', (strategy) => {
  const seen = { done: 0, failed: 0 }
  fc.assert(
    fc.property(cases(strategy), (input) => {
      const first = oracle(input)
      expect(rowsOf(first)).toBe(Object.values(input.archive).flat().length)
      if (first.codes.length > 0) {
        seen.failed += 1
        return
      }
      seen.done += 1
      expect(isUnique(input.schema, first.state) && isWhole(input.schema, first.state)).toBe(true)
      const second = oracle({ ...input, target: first.state })
      expect(second.codes).toEqual([])
      expect(Object.values(second.counts).map((each) => [each.new, each.changed, each.deleted])).toEqual(input.schema.tables.map(() => [0, 0, 0]))
      expect(meaning(input.schema, second.state)).toEqual(meaning(input.schema, first.state))
    }),
    runs(200),
  )
  expect(seen.done).toBeGreaterThan(20)
})

test('the oracle of replace leaves what the archive says, by meaning', () => {
  fc.assert(
    fc.property(cases('replace'), (input) => {
      const { state, codes } = oracle(input)
      if (codes.length === 0) expect(meaning(input.schema, state)).toEqual(meaning(input.schema, input.archive))
    }),
    runs(200),
  )
})
