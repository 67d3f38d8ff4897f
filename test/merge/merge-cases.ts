import fc from 'fast-check'
import type { MergeCase } from './check-merge.js'
import type { MergeMatch, MergeSchema } from './merge-schema.js'
import type { MergeStrategy } from './oracle.js'
import { mergeSchemas } from './random-schemas.js'
import { mergeWorlds } from './random-states.js'

const style = fc.record({ identity: fc.constantFrom('serial' as const, 'by-default' as const, 'always' as const), uniques: fc.constantFrom('constraint' as const, 'index' as const) })

export const STRATEGIES: readonly MergeStrategy[] = ['merge', 'skip', 'replace', 'fail-on-conflict', 'keep-newer', 'keep-older', 'keep-both', 'three-way']

/** `mixed`: each table has a strategy of its own; `declared`: rows are matched by columns that the user names. */
export type CaseKind = MergeStrategy | 'mixed' | 'declared'

/** Two databases of one random schema, or three with their base, and how the one is imported into the other. */
export function mergeCases(kind: CaseKind): fc.Arbitrary<MergeCase> {
  const descends = kind === 'three-way'
  const timed = kind === 'keep-newer' || kind === 'keep-older' || kind === 'mixed'
  return mergeSchemas({ timed, oneRule: descends || kind === 'declared', labelled: kind === 'keep-both' }).chain((schema) =>
    fc
      .record({
        world: mergeWorlds(schema, descends ? 'little' : kind === 'fail-on-conflict' ? 'apart' : 'much'),
        style,
        prune: fc.nat(5).map((value) => value === 5),
        strategy: kind === 'mixed' || kind === 'declared' ? fc.constantFrom<MergeStrategy[]>('merge', 'skip', 'replace') : fc.constant(kind),
        onConflict: kind === 'mixed' ? strategiesByTable(schema) : fc.constant({}),
        match: kind === 'declared' ? matches(schema) : fc.constant({}),
      })
      .map(({ world: { base, ...sides }, prune, ...rest }) => ({ schema, ...sides, ...(descends ? { base } : {}), ...(prune ? { prune } : {}), ...rest })),
  )
}

function strategiesByTable(schema: MergeSchema): fc.Arbitrary<Record<string, MergeStrategy>> {
  const one = fc.constantFrom<MergeStrategy[]>('merge', 'skip', 'replace', 'keep-newer', 'keep-older')
  return fc.tuple(...schema.tables.map(() => fc.option(one))).map((chosen) => Object.fromEntries(schema.tables.flatMap(({ name }, at) => (chosen[at] === null || chosen[at] === undefined ? [] : [[name, chosen[at]]]))))
}

/**
 * Rules over any columns but ids, unique or not, NULL or not; for tables whose rows can get new ids. References in them lead to
 * tables before, for identities that need each other in a circle say nothing.
 */
function matches(schema: MergeSchema): fc.Arbitrary<MergeMatch> {
  const rules = schema.tables.map((table, index) => {
    const later = new Set(schema.tables.slice(index).map(({ name }) => name))
    const circular = new Set(table.references.filter((reference) => later.has(reference.table)).flatMap(({ columns }) => columns))
    const ids = table.columns.filter(({ kind }) => kind === 'surrogate').map(({ name }) => name)
    const names = table.columns.map(({ name }) => name).filter((name) => !ids.includes(name) && !circular.has(name))
    if (names.length === 0 || (table.primaryKey !== null && ids.length === 0)) return fc.constant(null)
    return fc.option(fc.array(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }))
  })
  return fc.tuple(...rules).map((chosen) => Object.fromEntries(schema.tables.flatMap(({ name }, at) => (chosen[at] === null || chosen[at] === undefined ? [] : [[name, chosen[at]]]))))
}
