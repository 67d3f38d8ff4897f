import { expect } from 'vitest'
import { exportStore, HoldallError, planImport, runImport, type ImportOptions, type ImportReport } from '../../src/index.js'
import { emptyProfile } from '../../src/profiles/profile.js'
import { meaning } from './meaning.js'
import type { DdlStyle } from './merge-ddl.js'
import type { MergePlace } from './merge-places.js'
import { identityRules, surrogatesOf, type MergeRow, type MergeSchema } from './merge-schema.js'
import { oracle, type Counts, type Expected, type OracleInput } from './oracle.js'

export interface MergeCase extends OracleInput {
  readonly style?: DdlStyle
}

export interface MergePlaces {
  readonly source: MergePlace
  readonly target: MergePlace
  /** Path of a file in a folder of the test's own. */
  readonly path: (name: string) => string
}

/** Exports, plans, imports and imports again on real databases, and holds all of it against the oracle. Says how it ended. */
export async function checkMerge(input: MergeCase, { source, target, path }: MergePlaces): Promise<'done' | 'failed'> {
  const { schema } = input
  const options = importOptions(input, { input: path('archive.tar.gz'), store: target.store })
  if (input.base !== undefined) {
    await source.build(schema, input.base, input.style)
    await exportStore({ store: source.store, output: path('base.tar.gz'), compressionLevel: 1, overwrite: true })
    Object.assign(options, { base: path('base.tar.gz') })
  }
  await source.build(schema, input.archive, input.style)
  await exportStore({ store: source.store, output: path('archive.tar.gz'), compressionLevel: 1, overwrite: true })
  await target.build(schema, input.target, input.style)
  const expected = oracle(input)
  const untouched = await target.trace(schema)
  if (expected.vague) {
    const [planned, done] = [await planImport(options).then(reported(schema), failed), await runImport(options).then(reported(schema), failed)]
    if (typeof done === 'string') return 'failed'
    expect(planned, 'plan and run').toEqual(done)
    await checkAgain(input, options, target, schema)
    return 'done'
  }
  if (expected.codes.length > 0) {
    const planned = await planImport(options).then(reported(schema), failed)
    const done = await runImport(options).then(reported(schema), failed)
    expect(await target.trace(schema), 'a failed import leaves the target as it was').toBe(untouched)
    expect(expected.codes, `the run ends with ${JSON.stringify(done)}`).toContain(done)
    expectRefusal(planned, expected, input.strategy === 'keep-both')
    return 'failed'
  }
  const planned = await planImport(options)
  expect(await target.trace(schema), 'a plan writes nothing').toBe(untouched)
  const done = await runImport(options)
  expect(reported(schema)(planned), 'plan and run').toEqual(reported(schema)(done))
  expect(reported(schema)(done), 'run and oracle').toEqual(expected.counts)
  const after = await target.read(schema)
  expect(shown(input, after), 'state and oracle').toEqual(shown(input, expected.state))
  expectOwnIds(input, after)
  await checkAgain(input, options, target, schema)
  return 'done'
}

/** A second import changes nothing, and says so. */
async function checkAgain(input: MergeCase, options: ImportOptions, target: MergePlace, schema: MergeSchema): Promise<void> {
  const [settled, after] = [await target.trace(schema), await target.read(schema)]
  const rows = Object.values(input.archive).flat().length
  if (input.strategy === 'fail-on-conflict' && rows > 0) {
    expect(await runImport(options).then(reported(schema), failed), 'every row is there already').toBe('CONFLICT')
    expect(await target.trace(schema)).toBe(settled)
    return
  }
  const again = await runImport(options)
  expect(again.totals, 'second run').toMatchObject({ new: 0, changed: 0, deleted: 0, conflicting: 0, ...(input.strategy === 'keep-both' ? { unchanged: rows } : {}) })
  if (input.strategy !== 'keep-both') expect(reported(schema)(again), 'second run and oracle').toEqual(oracle({ ...input, target: after }).counts)
  expect(meaning(schema, await target.read(schema), input.match), 'state after the second run').toEqual(meaning(schema, after, input.match))
  expect(await target.trace(schema), 'the second run writes nothing').toBe(settled)
}

export function importOptions(input: OracleInput, places: { input: string; store: string }): ImportOptions {
  const named = (column: 'timeColumn' | 'labelColumn'): Record<string, string> =>
    Object.fromEntries(input.schema.tables.flatMap((table) => (table[column] === null ? [] : [[table.name, table[column]]])))
  const profile = { ...emptyProfile, timeColumns: named('timeColumn'), labelColumns: named('labelColumn') }
  const { strategy, onConflict, match, prune } = input
  return { ...places, profile, confirm: async () => true, strategy, ...(onConflict === undefined ? {} : { onConflict }), ...(match === undefined ? {} : { match }), ...(prune === undefined ? {} : { prune }) }
}

const COUNTS: readonly (keyof Counts)[] = ['new', 'changed', 'unchanged', 'kept', 'deleted', 'conflicting', 'rejected']

const reported = (schema: MergeSchema) => (report: ImportReport): Record<string, Counts> =>
  Object.fromEntries(
    schema.tables.map(({ name }) => {
      const tally = report.tables.find(({ table }) => table === name)
      return [name, Object.fromEntries(COUNTS.map((key) => [key, tally?.[key] ?? 0])) as unknown as Counts]
    }),
  )

function failed(error: unknown): string {
  if (HoldallError.is(error) && error.code !== 'INTERNAL') return error.code
  throw error
}

/**
 * A plan counts conflicts; what only the database itself can refuse, it may refuse as the run does. What follows a row that can
 * have no copy is in conflict or not, as one likes.
 */
function expectRefusal(planned: Record<string, Counts> | string, expected: Expected, copying: boolean): void {
  if (typeof planned === 'string') {
    expect(expected.codes).toContain(planned)
    return
  }
  const conflicting = (counts: Record<string, Counts>): unknown => Object.entries(counts).map(([table, count]) => [table, count.conflicting])
  const known = Object.values(expected.counts).some((count) => count.conflicting > 0) && expected.lost === 0 && !copying
  if (known) expect(conflicting(planned), 'conflicts of the plan').toEqual(conflicting(expected.counts))
  if (known && expected.guesses === 0) expect(planned, 'the plan of conflicts').toEqual(expected.counts)
  if (!known) expect(Object.values(planned).some((count) => count.conflicting > 0), 'the plan says that the import will fail').toBe(true)
}

/**
 * What is to be equal between the oracle and the engine. The copies of keep-both have numbers and uuids of their own, and where
 * a key needs it another mark than the first.
 */
export function shown({ schema, match = {}, strategy, archive, target }: OracleInput, state: OracleInput['target']): Record<string, string[]> {
  if (strategy !== 'keep-both') return meaning(schema, state, match)
  const known = new Map(schema.tables.map(({ name }) => [name, [...(archive[name] ?? []), ...(target[name] ?? [])]]))
  return meaning(schema, state, match, (table, column, value) => {
    const kind = table.columns.find(({ name }) => name === column)?.kind
    const own = kind === 'surrogate' || (kind === 'uuid' && !table.references.some(({ columns }) => columns.includes(column)))
    if (own && known.get(table.name)?.every((row) => row[column] !== value) === true) return 'fresh'
    return typeof value === 'string' && column !== table.labelColumn ? value.replace(/ \(imported(?: \d+)?\)$/, ' (imported)') : value
  })
}

/** A new row whose id is free in the target keeps it; another gets one above all that both sides have. */
function expectOwnIds({ schema, archive, target, match = {} }: OracleInput, after: OracleInput['target']): void {
  for (const table of schema.tables) {
    const rules = identityRules(table, match)
    const [id] = surrogatesOf(table, match)
    const rule = rules[0] ?? []
    if (id === undefined || rules.length !== 1 || table.references.some(({ columns }) => columns.some((name) => rule.includes(name)))) continue
    const rowsOf = (state: OracleInput['target']): readonly MergeRow[] => state[table.name] ?? []
    const key = (row: MergeRow): string => JSON.stringify(rule.map((name) => row[name]))
    const known = new Set(rowsOf(target).map(key))
    const taken = new Set(rowsOf(target).map((row) => row[id]))
    const highest = Math.max(0, ...[...rowsOf(target), ...rowsOf(archive)].map((row) => Number(row[id])))
    const given = new Map(rowsOf(after).map((row) => [key(row), row[id]]))
    for (const row of rowsOf(archive)) {
      const now = given.get(key(row))
      if (known.has(key(row)) || now === undefined) continue
      if (taken.has(row[id])) expect(now, `the new id of ${table.name} ${key(row)}`).toBeGreaterThan(highest)
      else expect(now, `the id of ${table.name} ${key(row)}`).toBe(row[id])
    }
  }
}
