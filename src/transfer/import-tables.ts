import type { Archive } from '../archive/open-archive.js'
import { emptyProfile } from '../profiles/profile.js'
import { findCycles } from '../schema/cycles.js'
import { dependencyOrder } from '../schema/dependency-order.js'
import type { Table } from '../schema/schema.js'
import type { ImportTable, Verdict } from '../stores/import-table.js'
import type { Target } from '../stores/store.js'
import { conflictError } from './conflict-error.js'
import { writeConflictsFile } from './conflicts-file.js'
import { createTables } from './create-tables.js'
import type { ImportOptions, ImportReport, TableTally } from './import-options.js'
import { matchTables, refuseUnmatchable } from './match-tables.js'
import { refuseTimeless } from './refuse-timeless.js'
import { refuseUnknownTables } from './refuse-unknown-tables.js'
import { writeRejectFile } from './reject-file.js'
import type { Resolutions } from './resolutions-file.js'
import { selectTables } from './select-tables.js'
import { loadRows, stageRows } from './stage-rows.js'
import { strategyOf } from './strategy-of.js'
import { NOTHING } from './tally.js'
import { createTracker } from './track-rows.js'

/** What goes into an import beside its options. */
export interface ImportInputs {
  readonly archive: Archive
  readonly resolutions: Resolutions | null
  /** For people. */
  readonly store: string
  readonly dryRun: boolean
}

export type Imported = Pick<ImportReport, 'tables' | 'cycles' | 'notes' | 'leftOut'> & { readonly files: Omit<ImportReport['files'], 'base'> }

/** The steps of one import inside its transaction. @throws as `runImport` */
export async function importTables(target: Target, inputs: ImportInputs, options: ImportOptions): Promise<Imported> {
  const { archive, dryRun } = inputs
  const tracker = createTracker(options.onProgress, options.signal)
  const { schema, stubTables } = archive.schema
  const profile = options.profile ?? emptyProfile
  const sources = selectTables(schema.tables, options, profile)
  const created = options.create === true
  const leftOut = created ? await createTables(archive, sources, target, tracker) : []
  const leftOutTables = new Set(leftOut.filter(({ kind }) => kind === 'table').map(({ name }) => name))
  const taken = sources.filter(({ id }) => !leftOutTables.has(id))
  refuseUnknownTables(target.schema, options)
  const { tables, notes } = matchTables(taken, [...schema.tables.filter((table) => !taken.includes(table)), ...stubTables], {
    from: schema,
    target: target.schema,
    profile,
    match: options.match ?? {},
    strategyOf: (table) => strategyOf(table, options),
    prune: options.prune === true,
    created,
  })
  refuseTimeless(tables)
  const groups = importGroups(tables, created)
  const ordered = groups.flat()
  tracker.step('write')
  const counts = await target.prepare(ordered, schema.sequences)
  // A row that was loaded cannot be left out any more.
  const loaded = options.onError === 'reject' ? new Set<ImportTable>() : loadable(ordered, counts)
  for (const table of ordered) if ((counts.get(table.target.id) ?? 0) > 0) refuseUnmatchable(table)
  const verdicts = new Map<ImportTable, Verdict>()
  for (const table of ordered) {
    if (loaded.has(table)) verdicts.set(table, { ...NOTHING, new: await loadRows(archive, table, target, tracker), examples: [] })
    else await stageRows(archive, table, target, tracker)
  }
  await target.match(groups)
  for (const table of ordered) {
    if (loaded.has(table) || table.role === 'referred') continue
    tracker.step('compare', table.source.id)
    verdicts.set(table, await target.judge(table, { examples: options.examples ?? 3, resolutions: inputs.resolutions?.of(table.source.id) ?? null }))
  }
  const judged = tally(verdicts)
  const conflicts = await writeConflicts(target, verdicts, inputs, options)
  const cycles = findCycles({ ...target.schema, tables: ordered.filter(({ role }) => role === 'written').map(sideOf(created)) })
  const conflict = conflictError(judged, conflicts)
  if (conflict !== null) {
    if (!dryRun) throw conflict
    // The import would stop here, so the plan of it does.
    return { tables: judged, cycles, notes, leftOut, files: { conflicts, rejects: null } }
  }
  await target.apply(groups, (table) => tracker.step('apply', table.target.id))
  tracker.step('settle')
  const settled = await target.settle()
  const rejects = await writeRejects(target, verdicts, inputs, options)
  return { tables: judged, cycles, notes: [...notes, ...settled], leftOut, files: { conflicts, rejects } }
}

function tally(verdicts: ReadonlyMap<ImportTable, Verdict>): readonly TableTally[] {
  return [...verdicts].map(([{ source, strategy, identity }, verdict]) => ({ table: source.id, strategy, identity, ...verdict }))
}

async function writeConflicts(target: Target, verdicts: ReadonlyMap<ImportTable, Verdict>, { archive, store }: ImportInputs, options: ImportOptions): Promise<string | null> {
  if (options.conflicts === undefined) return null
  const tables = [...verdicts].filter(([, { conflicting }]) => conflicting > 0).map(([table, { conflicting }]) => ({ table: table.source.id, conflicts: conflicting, rows: target.conflicts(table) }))
  await writeConflictsFile(options.conflicts, { exportId: archive.schema.exportId, store, tables, overwrite: options.overwrite === true, signal: options.signal })
  return options.conflicts
}

async function writeRejects(target: Target, verdicts: ReadonlyMap<ImportTable, Verdict>, { archive }: ImportInputs, options: ImportOptions): Promise<string | null> {
  if (options.rejects === undefined) return null
  return writeRejectFile(options.rejects, { archive, target, tables: [...verdicts.keys()], profile: options.profile ?? emptyProfile, overwrite: options.overwrite === true, signal: options.signal })
}

/**
 * Tables that need no comparing: there is nothing in them, and no reference of theirs can mean another id than the archive's,
 * because the tables referred to are as empty, or known by keys that are the same everywhere.
 */
function loadable(tables: readonly ImportTable[], counts: ReadonlyMap<string, number>): ReadonlySet<ImportTable> {
  const byId = new Map(tables.map((table) => [table.target.id, table]))
  const empty = (table: ImportTable): boolean => table.role === 'written' && (counts.get(table.target.id) ?? 0) === 0
  const steady = (table: ImportTable): boolean => empty(table) || (table.identity.rules.length > 0 && table.identity.surrogates.length === 0)
  return new Set(
    tables.filter((table) => empty(table) && table.references.every(({ parent }) => parent === table.target.id || steady(byId.get(parent) ?? table)) && table.identity.rules.every(({ origin }) => origin !== 'declared')),
  )
}

/** Strongly connected groups in dependency order. */
function importGroups(tables: readonly ImportTable[], created: boolean): readonly (readonly ImportTable[])[] {
  const side = sideOf(created)
  const bySide = new Map(tables.map((table) => [side(table).id, table]))
  return dependencyOrder(tables.map(side)).map((group) => group.flatMap(({ id }) => bySide.get(id) ?? []))
}

/** Tables made just now have no references yet: there the archive knows them. */
function sideOf(created: boolean): (table: ImportTable) => Table {
  return ({ source, target }) => (created ? source : target)
}
