import { asHoldallError } from '../errors/as-holdall-error.js'
import { describePlace, HoldallError } from '../errors/holdall-error.js'
import { redact } from '../errors/redact.js'
import { REASONS, type RowClass } from '../stores/import-table.js'
import type { Counts, ImportReport, TableTally } from '../transfer/import-options.js'
import type { VerifyReport } from '../transfer/verify-report.js'
import { problemOf } from './problem.js'
import type { ImportFailure, ImportSuccess } from './schemas/import.js'

/** Rows that an answer names. */
export const MOST_ROWS = 100

const FINE = Object.freeze({ schema_version_ok: true, encryption_key_ok: true, validation_message: '' })

/** What an import, or its dry run, came to. */
export function importedAnswer(report: ImportReport, job: string): ImportSuccess {
  return {
    status: report.dryRun ? 'dry_run' : 'completed',
    ...common(job),
    validation: FINE,
    summary: Object.fromEntries(report.tables.map((tally) => [tally.table, countsOf(tally)])),
    errors: linesOf(report.tables, ['conflicting', 'rejected']),
    ...conflictsOf(report.tables),
    notes: [...report.notes],
  }
}

/** That what was sent could be imported. */
export function validatedAnswer(report: VerifyReport, job: string): ImportSuccess {
  return { status: 'validation_only', ...common(job), validation: FINE, summary: {}, errors: [], notes: [...report.notes] }
}

export interface FailureProps {
  /** The path of the request. */
  readonly instance: string
  readonly job: string | null
  /** What was found of the rows before it failed. */
  readonly judged?: readonly TableTally[]
}

/** Why an import failed: a problem, and what a client of Loom looks for. */
export function failedAnswer(error: unknown, { instance, job, judged = [] }: FailureProps): ImportFailure {
  const failure = asHoldallError(error)
  const { status, ...problem } = problemOf(failure, instance)
  const lines = failure.code === 'CONFLICT' ? linesOf(judged, ['conflicting']) : []
  // Where a body was kept is nobody's business.
  const { archive: _archive, ...known } = failure.place
  const place = describePlace(known)
  const why = place === '' ? problem.detail : `${redact(place)}: ${problem.detail}`
  const versionOk = failure.code !== 'SCHEMA_VERSION'
  const keyOk = failure.code !== 'KEY_MISMATCH' && failure.code !== 'KEY_MISSING'
  return {
    ...problem,
    ...(problem.archive === undefined ? {} : { archive: 'the body' }),
    ...common(job),
    status: 'failed',
    status_code: status,
    validation: { schema_version_ok: versionOk, encryption_key_ok: keyOk, validation_message: versionOk && keyOk ? '' : problem.detail },
    summary: Object.fromEntries(judged.filter(({ conflicting, rejected }) => conflicting + rejected > 0).map(({ table, conflicting, rejected }) => [table, countsOf({ ...NONE, conflicting, rejected })])),
    errors: lines.length > 0 ? lines : [why, ...(problem.details ?? [])],
    ...(failure.code === 'CONFLICT' ? conflictsOf(judged) : {}),
    notes: [],
  }
}

/** What is wrong with what was sent to be validated; null: nothing. */
export function validationError({ ok, findings }: VerifyReport): HoldallError | null {
  const [first, ...more] = findings
  if (ok || first === undefined) return null
  // That a row refers to nothing is the fault of what was sent, not of the database.
  const code = first.code === 'REFERENCE_UNRESOLVED' ? 'ARCHIVE_CORRUPT' : first.code
  return new HoldallError(code, { ...first.place, message: first.message, details: more.map(({ message }) => message) })
}

const NONE: Counts = Object.freeze({ new: 0, changed: 0, unchanged: 0, kept: 0, deleted: 0, conflicting: 0, rejected: 0 })

function countsOf({ new: inserted, changed, unchanged, kept, deleted, conflicting, rejected }: Counts): ImportSuccess['summary'][string] {
  return {
    inserted,
    updated: changed,
    skipped: kept,
    failed: conflicting + rejected,
    unchanged,
    ...(deleted > 0 ? { deleted } : {}),
    ...(conflicting > 0 ? { conflicting } : {}),
  }
}

function conflictsOf(tables: readonly TableTally[]): Pick<ImportSuccess, 'conflicts'> {
  const total = tables.reduce((sum, { conflicting }) => sum + conflicting, 0)
  return total === 0 ? {} : { conflicts: { total, rows: rowsOf(tables, ['conflicting']) } }
}

function linesOf(tables: readonly TableTally[], classes: readonly RowClass[]): string[] {
  return rowsOf(tables, classes).map(({ table, key, reason }) => `${table} ${key}: ${reason}`)
}

function rowsOf(tables: readonly TableTally[], classes: readonly RowClass[]): { table: string; key: string; reason: string }[] {
  const rows = tables.flatMap(({ table, examples }) => examples.filter((row) => classes.includes(row.class)).map(({ key, reason }) => ({ table, key, reason: reason === null ? '' : REASONS[reason] })))
  return rows.slice(0, MOST_ROWS)
}

function common(job: string | null): { imported_at: string; job_id: string | null } {
  return { imported_at: new Date().toISOString(), job_id: job }
}
