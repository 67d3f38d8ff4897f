import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportStore, HoldallError, planImport, type ImportReport } from '../../src/index.js'
import { diff } from '../../src/transfer/diff/diff.js'
import { mergeCases } from '../merge/merge-cases.js'
import { sqlitePlace } from '../merge/merge-places.js'
import { scratch } from '../merge/two-databases.js'
import { runs } from '../property/runs.js'

/** Null where the import refuses: then there is no plan to hold against. */
async function planned(input: string, store: string): Promise<ImportReport | null> {
  try {
    const plan = await planImport({ input, store, strategy: 'replace' })
    return plan.totals.conflicting === 0 ? plan : null
  } catch (error) {
    if (HoldallError.is(error)) return null
    throw error
  }
}

test('a difference is what an import of A into B would do by replace', { timeout: 3_600_000 }, async () => {
  const folder = scratch()
  const [a, b, archive] = [sqlitePlace(join(folder, 'a.db')), sqlitePlace(join(folder, 'b.db')), join(folder, 'a.tar.gz')]
  let compared = 0
  await fc.assert(
    fc.asyncProperty(mergeCases('replace'), async ({ schema, archive: here, target }) => {
      await a.build(schema, here)
      await b.build(schema, target)
      await exportStore({ store: a.store, output: archive, compressionLevel: 1, overwrite: true })
      const plan = await planned(archive, b.store)
      if (plan === null) return
      compared += 1
      const { tables } = await diff({ a: archive, b: b.store, examples: 0 })
      const told = new Map(tables.map(({ table, onlyA, changed, same, onlyB }) => [table, [onlyA, changed, same, onlyB]]))
      expect(told).toEqual(new Map(plan.tables.map(({ table, new: added, changed, unchanged, deleted }) => [table, [added, changed, unchanged, deleted]])))
    }),
    runs(40),
  )
  expect(compared).toBeGreaterThan(10)
})
