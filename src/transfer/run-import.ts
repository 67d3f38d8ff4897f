import { existsSync } from 'node:fs'
import { checkOptions } from '../errors/check-options.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { HoldallError } from '../errors/holdall-error.js'
import { emptyProfile } from '../profiles/profile.js'
import { dependencyOrder } from '../schema/dependency-order.js'
import type { LeftOut, Table } from '../schema/schema.js'
import type { ImportTable } from '../stores/import-table.js'
import { openStore } from '../stores/open-store.js'
import type { Target } from '../stores/store.js'
import type { Archive } from '../archive/open-archive.js'
import { confirmReplace } from './confirm-replace.js'
import { createTables } from './create-tables.js'
import type { ImportOptions, ImportReport, TableTally } from './import-options.js'
import { matchTables, refuseUnmatchable } from './match-tables.js'
import { openInput } from './open-input.js'
import { IMPORT_SHAPE } from './option-shapes.js'
import { selectTables } from './select-tables.js'
import { tallyClassified, tallyLoaded, totals } from './tally.js'
import { createTracker, type Tracker } from './track-rows.js'

/** What `runImport` would do, by doing it and rolling back: its counts are the real run's. @throws as `runImport` */
export async function planImport(options: ImportOptions): Promise<ImportReport> {
  return importInto(options, true)
}

/**
 * Imports an archive or JSON document into a store, in one transaction.
 * @throws USAGE, ARCHIVE_*, DOCUMENT_INVALID, STORE_*, SCHEMA_*, TARGET_NOT_EMPTY, ROW_*, CONFLICT, AMBIGUOUS, CONSTRAINT_VIOLATED,
 *   REFERENCE_UNRESOLVED, CONFIRMATION_NEEDED, INTERRUPTED; the target is then as it was
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  return importInto(options, false)
}

async function importInto(options: ImportOptions, dryRun: boolean): Promise<ImportReport> {
  const started = Date.now()
  checkOptions(dryRun ? 'planImport' : 'runImport', options, IMPORT_SHAPE)
  throwIfInterrupted(options.signal)
  const input = await openInput(options)
  try {
    const store = openStore(options.store)
    try {
      const missing = store.engine === 'sqlite' && !existsSync(store.name)
      if (missing && options.create !== true) {
        throw new HoldallError('STORE_NOT_FOUND', { message: 'there is no such file', store: store.name, hint: 'Check the path, or pass --create to make the database.' })
      }
      if (!dryRun && !missing) await confirmReplace(store, input.archive, options)
      if (store.engine !== 'sqlite' && options.onUnresolved === 'keep') {
        throw new HoldallError('USAGE', {
          message: '--on-unresolved keep is for SQLite: PostgreSQL holds no row whose reference leads nowhere',
          hint: 'Correct or remove the rows in the source, or leave the table out with --exclude.',
          store: store.name,
        })
      }
      const target = await store.begin({
        triggers: options.triggers ?? 'silence',
        lockTimeout: options.lockTimeout ?? 10_000,
        conversions: new Set(options.conversions ?? []),
        dryRun,
        fresh: missing,
        file: input.archive.schema.schema.file,
        unresolved: options.onUnresolved,
        signal: options.signal,
      })
      const outcome = await inTransaction(target, dryRun, async () => importTables(input.archive, target, options, dryRun))
      return {
        dryRun,
        store: store.name,
        strategy: options.strategy ?? 'merge',
        tables: outcome.tallies,
        totals: totals(outcome.tallies),
        notes: [...input.notes, ...outcome.notes],
        leftOut: outcome.leftOut,
        seconds: (Date.now() - started) / 1000,
      }
    } finally {
      await store.close()
    }
  } finally {
    await input.close()
  }
}

async function inTransaction<T>(target: Target, dryRun: boolean, work: () => Promise<T>): Promise<T> {
  let result: T
  try {
    result = await work()
  } catch (error) {
    await target.end('rollback')
    throw error
  }
  await target.end(dryRun ? 'rollback' : 'commit')
  return result
}

interface Outcome {
  readonly tallies: readonly TableTally[]
  readonly notes: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

async function importTables(archive: Archive, target: Target, options: ImportOptions, dryRun: boolean): Promise<Outcome> {
  const strategy = options.strategy ?? 'merge'
  const tracker = createTracker(options.onProgress, options.signal)
  const schema = archive.schema.schema
  const sources = selectTables(schema.tables, options, options.profile ?? emptyProfile)
  const leftOut = options.create === true ? await createTables(archive, sources, target, tracker) : []
  const leftOutTables = new Set(leftOut.filter(({ kind }) => kind === 'table').map(({ name }) => name))
  const matched = matchTables(sources.filter(({ id }) => !leftOutTables.has(id)), schema, target.schema, strategy, options.create === true)
  const groups = importGroups(matched.tables, options.create === true)
  tracker.step('write')
  const counts = await target.prepare(groups.flat(), schema.sequences)
  for (const table of groups.flat()) if (isFilled(table, counts)) refuseUnmatchable(table)
  const tallies: TableTally[] = []
  for (const table of groups.flat()) {
    tallies.push(await (isFilled(table, counts) ? stageTable(archive, table, target, tracker, options.examples ?? 3) : loadTable(archive, table, target, tracker)))
  }
  if (!dryRun) refuseConflicts(tallies)
  await target.apply(groups, (table) => tracker.step('apply', table.target.id))
  tracker.step('settle')
  const settled = await target.settle()
  return { tallies, notes: [...matched.notes, ...settled], leftOut }
}

function isFilled(table: ImportTable, counts: ReadonlyMap<string, number>): boolean {
  return (counts.get(table.target.id) ?? 0) > 0
}

/** Strongly connected groups in dependency order. Tables made just now have no references yet: there the archive knows them. */
function importGroups(tables: readonly ImportTable[], created: boolean): readonly (readonly ImportTable[])[] {
  const side = ({ source, target }: ImportTable): Table => (created ? source : target)
  const bySide = new Map(tables.map((table) => [side(table).id, table]))
  return dependencyOrder(tables.map(side)).map((group) =>
    group.flatMap(({ id }) => {
      const table = bySide.get(id)
      return table === undefined ? [] : [table]
    }),
  )
}

async function loadTable(archive: Archive, table: ImportTable, target: Target, tracker: Tracker): Promise<TableTally> {
  const expected = rowsExpected(archive, table)
  const rows = await target.load(table, tracker.rows('write', table.source.id, expected, archive.rows(table.source.id)))
  checkCount(archive, table, rows)
  return tallyLoaded(table.source.id, rows)
}

async function stageTable(archive: Archive, table: ImportTable, target: Target, tracker: Tracker, examples: number): Promise<TableTally> {
  const expected = rowsExpected(archive, table)
  const rows = await target.stage(table, tracker.rows('stage', table.source.id, expected, archive.rows(table.source.id)))
  checkCount(archive, table, rows)
  tracker.step('compare', table.source.id)
  return tallyClassified(table.source.id, await target.classify(table, examples), table.strategy)
}

function rowsExpected(archive: Archive, table: ImportTable): number {
  return archive.manifest.tables.find((entry) => entry.table === table.source.id)?.rows ?? 0
}

function checkCount(archive: Archive, table: ImportTable, rows: number): void {
  const expected = rowsExpected(archive, table)
  if (rows !== expected) {
    throw new HoldallError('VERIFICATION_FAILED', { message: `${rows} rows arrived of ${expected} in the archive`, table: table.source.id })
  }
}

function refuseConflicts(tallies: readonly TableTally[]): void {
  const conflicting = tallies.filter((tally) => tally.conflicting > 0)
  const [first] = conflicting
  if (first === undefined) return
  throw new HoldallError('CONFLICT', {
    message: `${conflicting.reduce((sum, tally) => sum + tally.conflicting, 0)} rows of the archive are already in the target`,
    table: first.table,
    details: conflicting.map((tally) => `${tally.table}: ${tally.conflicting} rows`),
  })
}
