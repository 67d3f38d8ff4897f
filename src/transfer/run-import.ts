import { existsSync } from 'node:fs'
import { checkOptions } from '../errors/check-options.js'
import { HoldallError } from '../errors/holdall-error.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { openStore } from '../stores/open-store.js'
import type { Store, Target } from '../stores/store.js'
import { checkApplication } from './check-application.js'
import { confirmDeletions } from './confirm-deletions.js'
import type { ImportOptions, ImportReport } from './import-options.js'
import { importTables } from './import-tables.js'
import { keepDecisions } from './keep-decisions.js'
import { openBase } from './open-base.js'
import { type Input, openInput } from './open-input.js'
import { IMPORT_SHAPE } from './option-shapes.js'
import { plainOptions } from './plain-options.js'
import { refuseContradictions } from './refuse-contradictions.js'
import { refuseExisting } from './refuse-existing.js'
import { refuseOwnOutput } from './refuse-own-output.js'
import { readResolutions, type Resolutions } from './resolutions-file.js'
import { totals } from './tally.js'
import { withOpened } from './with-opened.js'

/** What `runImport` would do, by doing it and rolling back: its counts are the real run's. @throws as `runImport` */
export async function planImport(options: ImportOptions): Promise<ImportReport> {
  return importInto(options, true)
}

/**
 * Imports an archive or JSON document into a store, in one transaction.
 * @throws USAGE, ARCHIVE_*, DOCUMENT_INVALID, RESOLUTIONS_INVALID, STORE_*, SCHEMA_*, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, TARGET_NOT_EMPTY, ROW_*,
 *   KEY_*, CONFLICT, AMBIGUOUS, CONSTRAINT_VIOLATED, REFERENCE_UNRESOLVED, CONFIRMATION_NEEDED, OUTPUT_*, INTERRUPTED; the target is then as it was
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  return importInto(options, false)
}

async function importInto(options: ImportOptions, dryRun: boolean): Promise<ImportReport> {
  checkOptions(dryRun ? 'planImport' : 'runImport', options, IMPORT_SHAPE)
  return importFrom(options, dryRun, async () => openInput(options, plainOptions(options)))
}

/** Imports from what `open` gives. Options are checked. @throws as `runImport` */
export async function importFrom(options: ImportOptions, dryRun: boolean, open: () => Promise<Input>): Promise<ImportReport> {
  const started = Date.now()
  throwIfInterrupted(options.signal)
  await refuseContradictions(options)
  await refuseOutputs(options)
  const { result, unclosed } = await withOpened(async (keep) => {
    const input = keep(await open())
    const known = await checkApplication(input.archive, options)
    const store = keep(openStore(options.store))
    const resolutions = keep(await openResolutions(input, options))
    const base = await openBase(input, options)
    keep(base?.input ?? null)
    const fresh = await checkStore(store, options)
    if (!dryRun && !fresh) await confirmDeletions(store, input.archive, options)
    const target = await store.begin({
      triggers: options.triggers ?? 'silence',
      lockTimeout: options.lockTimeout ?? 10_000,
      conversions: new Set(options.conversions ?? []),
      dryRun,
      fresh,
      file: input.archive.schema.schema.file,
      unresolved: options.onUnresolved ?? (options.onError === 'reject' ? 'skip' : undefined),
      onError: options.onError,
      signal: options.signal,
    })
    const inputs = { archive: input.archive, base: base?.input.archive ?? null, resolutions, store: store.name, dryRun }
    const { files, notes, ...imported } = await inTransaction(target, dryRun, async () => importTables(target, inputs, options))
    return {
      dryRun,
      store: store.name,
      strategy: options.strategy ?? 'merge',
      ...imported,
      totals: totals(imported.tables),
      files: { ...files, base: base?.path ?? null },
      notes: [...input.notes, ...known, ...(base?.notes ?? []), ...elsewhere(resolutions, store), ...notes],
    }
  })
  return { ...result, notes: [...result.notes, ...unclosed], seconds: (Date.now() - started) / 1000 }
}

/** Whether the store is made by this import. @throws STORE_NOT_FOUND, USAGE */
async function checkStore(store: Store, options: ImportOptions): Promise<boolean> {
  const missing = store.engine === 'sqlite' && !existsSync(store.name)
  if (missing && options.create !== true) {
    throw new HoldallError('STORE_NOT_FOUND', { message: 'there is no such file', store: store.name, hint: 'Check the path, or pass --create to make the database.' })
  }
  for (const output of [options.rejects, options.conflicts]) if (output !== undefined) await refuseOwnOutput(store, output)
  if (store.engine !== 'sqlite' && options.onUnresolved === 'keep') {
    throw new HoldallError('USAGE', {
      message: '--on-unresolved keep is for SQLite: PostgreSQL holds no row whose reference leads nowhere',
      hint: 'Correct or remove the rows in the source, or leave the table out with --exclude.',
      store: store.name,
    })
  }
  return missing
}

/** Files that could not be written at the end are found before anything is touched. @throws OUTPUT_EXISTS */
async function refuseOutputs({ rejects, conflicts, overwrite }: ImportOptions): Promise<void> {
  if (overwrite === true) return
  if (rejects !== undefined) await refuseExisting(rejects)
  if (conflicts !== undefined) await keepDecisions(conflicts)
}

async function openResolutions({ archive }: Input, { resolutions, signal }: ImportOptions): Promise<Resolutions | null> {
  if (resolutions === undefined) return null
  const { exportId, schema } = archive.schema
  const rowCount = (table: string): number | null => archive.manifest.tables.find((entry) => entry.table === table)?.rows ?? null
  return readResolutions(resolutions, { exportId, schema, rowCount }, signal)
}

/** What was decided about another target may be right, since names of a store change; it is worth a word. */
function elsewhere(resolutions: Resolutions | null, store: Store): readonly string[] {
  return resolutions === null || resolutions.store === store.name ? [] : [`the resolutions were made for ${resolutions.store}`]
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
