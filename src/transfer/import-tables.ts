import { present } from '../errors/present.js'
import type { Archive } from '../archive/open-archive.js'
import { emptyProfile } from '../profiles/profile.js'
import { connectedComponents } from '../schema/connected-components.js'
import { findCycles } from '../schema/cycles.js'
import type { Table } from '../schema/schema.js'
import type { ImportTable, Verdict } from '../stores/import-table.js'
import type { Target } from '../stores/store.js'
import { archiveSource } from './archive-source.js'
import { baseTables, needBase } from './base-tables.js'
import { conflictError } from './conflict-error.js'
import { writeConflictsFile } from './conflicts-file.js'
import { createTables } from './create-tables.js'
import type { ImportOptions, ImportReport, TableTally } from './import-options.js'
import { isPartial } from './is-partial.js'
import { matchArchive } from './match-archive.js'
import { refuseUnmatchable } from './match-tables.js'
import { refuseInnerIdentities } from './refuse-inner-identities.js'
import { writeRejectFile } from './reject-file.js'
import type { Resolutions } from './resolutions-file.js'
import { selectTables } from './select-tables.js'
import { baseRows, stageBase } from './stage-base.js'
import { loadRows, rowsExpected, stageRows } from './stage-rows.js'
import { NOTHING } from './tally.js'
import { createTracker } from './track-rows.js'

/** What goes into an import beside its options. */
export interface ImportInputs {
  readonly archive: Archive
  /** What both sides descend from, where a table is imported three-way. */
  readonly base: Archive | null
  readonly resolutions: Resolutions | null
  /** For people. */
  readonly store: string
  readonly dryRun: boolean
}

const NOT_DELETED = 'the archive holds only some rows of its source, so none that it lacks counts as deleted there'

export type Imported = Pick<ImportReport, 'tables' | 'cycles' | 'notes' | 'leftOut'> & { readonly files: Omit<ImportReport['files'], 'base'> }

/** The steps of one import inside its transaction. @throws as `runImport` */
export async function importTables(target: Target, inputs: ImportInputs, options: ImportOptions): Promise<Imported> {
  const { archive, dryRun } = inputs
  const tracker = createTracker(options.onProgress, options.signal)
  const { schema } = archive.schema
  const profile = options.profile ?? emptyProfile
  const sources = selectTables(schema.tables, options, profile)
  const created = options.create === true
  const leftOut = created ? await createTables(archive, sources, target, tracker) : []
  const leftOutTables = new Set(leftOut.filter(({ kind }) => kind === 'table').map(({ name }) => name))
  const chosen = sources.filter(({ id }) => !leftOutTables.has(id))
  const { tables, notes } = matchArchive(archive.schema, { sources: chosen, target: target.schema, options })
  const groups = importGroups(tables)
  const ordered = groups.flat()
  tracker.step('write')
  const counts = await target.prepare(ordered, schema.sequences, new Map(ordered.map((table) => [table.target.id, rowsExpected(archive, table.source.id)])))
  const based = inputs.base === null ? new Set<ImportTable>() : needBase(ordered)
  // A row that was loaded cannot be left out or changed any more.
  const sorted = options.onError === 'reject' || options.onUnresolved === 'null' || options.onUnresolved === 'skip'
  const loaded = new Set(sorted ? [] : [...loadable(ordered, counts, archive)].filter((table) => !based.has(table)))
  const filled = ordered.filter(({ target: { id } }) => (counts.get(id) ?? 0) > 0)
  for (const table of filled) refuseUnmatchable(table)
  refuseInnerIdentities(filled, ordered)
  const partial = isPartial(archive.schema)
  const verdicts = new Map<ImportTable, Verdict>()
  for (const table of ordered) {
    if (loaded.has(table)) verdicts.set(table, { ...NOTHING, new: await loadRows(archive, table, target, tracker), examples: [] })
    else await stageRows(archive, table, target, tracker)
  }
  const base = inputs.base === null ? null : archiveSource(inputs.base)
  const bases = base === null ? [] : baseTables(based, base, target.schema.engine)
  if (base !== null) for (const table of bases) await stageBase(base, table, target, tracker)
  await target.match(groups, (table, ofBase) => (ofBase ? baseRows(base, bases, table) : archive.rows(table.source.id)))
  for (const table of ordered) {
    if (loaded.has(table) || table.role === 'referred') continue
    tracker.step('compare', table.source.id)
    verdicts.set(table, await target.judge(table, { examples: options.examples ?? 3, resolutions: inputs.resolutions?.of(table.source.id) ?? null, partial }))
  }
  const judged = tally(verdicts)
  options.onJudged?.(judged)
  const conflicts = await writeConflicts(target, verdicts, inputs, options)
  const cycles = findCycles({ ...target.schema, tables: ordered.filter(({ role }) => role === 'written').map(sideOf(created)) })
  const conflict = conflictError(judged, conflicts)
  if (conflict !== null && options.onError !== 'reject') {
    if (!dryRun) throw conflict
    // The import would stop here, so the plan of it does.
    return { tables: judged, cycles, notes, leftOut, files: { conflicts, rejects: null } }
  }
  await target.apply(groups, (table) => tracker.step('apply', table.target.id))
  if (options.onError === 'reject') for (const table of verdicts.keys()) verdicts.set(table, await target.tally(table, options.examples ?? 3))
  tracker.step('settle')
  const settled = await target.settle()
  const rejects = await writeRejects(target, ordered, inputs, options)
  return { tables: tally(verdicts), cycles, notes: [...notes, ...(partial && inputs.base !== null ? [NOT_DELETED] : []), ...settled], leftOut, files: { conflicts, rejects } }
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

async function writeRejects(target: Target, tables: readonly ImportTable[], { archive }: ImportInputs, options: ImportOptions): Promise<string | null> {
  if (options.rejects === undefined) return null
  return writeRejectFile(options.rejects, { archive, target, tables, profile: options.profile ?? emptyProfile, overwrite: options.overwrite === true, signal: options.signal })
}

/**
 * Tables that need no comparing: there is nothing in them, and no reference of theirs can mean another row than the archive's,
 * because the keys of all they lead to, by however many references, are the same here as there.
 */
function loadable(tables: readonly ImportTable[], counts: ReadonlyMap<string, number>, archive: Archive): ReadonlySet<ImportTable> {
  // What refers to a stub must find that it leads nowhere: an empty table has no row that it could be.
  const empty = (table: ImportTable): boolean => table.role === 'written' && (counts.get(table.target.id) ?? 0) === 0 && archive.stubColumns(table.source.id).length === 0
  const plain = ({ identity, strategy }: ImportTable): boolean => identity.rules.length > 0 && identity.surrogates.length === 0 && (strategy === 'merge' || strategy === 'replace')
  const steady = new Map(tables.filter((table) => empty(table) || plain(table)).map((table) => [table.target.id, table]))
  for (let lost = -1; lost !== 0; ) {
    const moving = [...steady.values()].filter(({ references }) => references.some(({ parent }) => !steady.has(parent)))
    for (const { target } of moving) steady.delete(target.id)
    lost = moving.length
  }
  return new Set([...steady.values()].filter((table) => empty(table) && table.identity.rules.every(({ origin }) => origin !== 'declared')))
}

/** Strongly connected groups in dependency order, by references that the database or a profile declares. */
function importGroups(tables: readonly ImportTable[]): readonly (readonly ImportTable[])[] {
  const byId = new Map(tables.map((table) => [table.target.id, table]))
  const nodes = tables.map(({ target, references }) => ({ id: target.id, targets: [...target.references.map(({ table }) => table), ...references.map(({ parent }) => parent)] }))
  return connectedComponents(nodes).map((group) => group.map((id) => present(byId.get(id))))
}

/** Tables made just now have no references yet: there the archive knows them. */
function sideOf(created: boolean): (table: ImportTable) => Table {
  return ({ source, target }) => (created ? source : target)
}
