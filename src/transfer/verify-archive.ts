import { checkArchive } from '../archive/check-archive.js'
import { stubTable } from '../archive/stub-table.js'
import { CATALOGUE, EXIT } from '../errors/catalogue.js'
import type { Archive, ArchivedRows } from '../archive/open-archive.js'
import { checkOptions } from '../errors/check-options.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { OnProgress } from '../progress/progress.js'
import { rowChecker } from '../rows/row-checker.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import { referenceCheck } from './check-references.js'
import { isPartial } from './is-partial.js'
import { type Input, type InputOptions, openInput } from './open-input.js'
import { VERIFY_SHAPE } from './option-shapes.js'
import type { PlainOptions } from './plain-input.js'
import { scratchFailure } from './scratch-failure.js'
import { createTracker, type Tracker } from './track-rows.js'
import type { VerifyFinding, VerifyReport } from './verify-report.js'

const FINDINGS_A_TABLE = 20

export interface VerifyOptions extends InputOptions {
  readonly onProgress?: OnProgress | undefined
}

/**
 * Proves an archive: every checksum, every row against the schema, every reference between its tables. What is wrong is
 * in the report; only what is no fault of the archive throws.
 * @throws USAGE, ARCHIVE_NOT_FOUND, OUTPUT_FAILED (no room for a copy of standard input), INTERRUPTED
 */
export async function verifyArchive(options: VerifyOptions): Promise<VerifyReport> {
  checkOptions('verifyArchive', options, VERIFY_SHAPE)
  return verifyInput(options, {})
}

export interface VerifyMore {
  readonly plain?: PlainOptions
  /** Looks at an archive in which nothing was found to be wrong; gives notes. */
  readonly also?: (archive: Archive) => Promise<readonly string[]>
}

/** As `verifyArchive`, and more. Options are checked. @throws what `also` throws, too */
export async function verifyInput(options: VerifyOptions, { plain, also }: VerifyMore): Promise<VerifyReport> {
  const started = Date.now()
  const tracker = createTracker(options.onProgress, options.signal)
  const findings: VerifyFinding[] = []
  let input: Input
  try {
    input = await openInput(options, plain)
  } catch (error) {
    const finding = findingOf(error)
    const structure = finding.code === 'DOCUMENT_INVALID' ? [] : await structureFindings(options)
    return { ...EMPTY, ok: false, findings: [...structure, finding].slice(0, 1 + FINDINGS_A_TABLE), seconds: elapsed(started) }
  }
  try {
    tracker.step('verify')
    const checked = await checkArchive(input.path, { signal: options.signal })
    for (const { code, member, message } of checked.findings) findings.push({ code, message, place: member === null ? {} : { member } })
    const notes: string[] = [...input.notes]
    const tables = findings.length > 0 ? [] : await checkRows(input, tracker, findings, notes)
    if (findings.length === 0 && also !== undefined) notes.push(...(await also(input.archive)))
    return { ok: findings.length === 0, findings, notes, tables, members: checked.members, bytes: checked.bytes, seconds: elapsed(started) }
  } catch (error) {
    throw scratchFailure(error)
  } finally {
    await input.close()
  }
}

const EMPTY = { notes: [], tables: [], members: 0, bytes: 0 }
const elapsed = (started: number): number => (Date.now() - started) / 1000

/** A file that cannot even be opened may still tell more when it is walked front to back. */
async function structureFindings(options: VerifyOptions): Promise<VerifyFinding[]> {
  if (options.input === '-') return []
  try {
    const { findings } = await checkArchive(options.input, { signal: options.signal })
    return findings.map(({ code, member, message }) => ({ code, message, place: member === null ? {} : { member } }))
  } catch (error) {
    return HoldallError.is(error) ? [] : fail(error)
  }
}

function findingOf(error: unknown): VerifyFinding {
  // What is no fault of the archive, such as a full disk, is no finding.
  if (!HoldallError.is(error) || CATALOGUE[error.code].exitCode !== EXIT.verification) return fail(error)
  return { code: error.code, message: error.message, place: error.place }
}

function fail(error: unknown): never {
  throw error
}

async function checkRows({ archive }: Input, tracker: Tracker, findings: VerifyFinding[], notes: string[]): Promise<{ table: string; rows: number }[]> {
  const tables: { table: string; rows: number }[] = []
  const { schema, stubs, stubTables, selection } = archive.schema
  const references = referenceCheck(schema, stubTables)
  const check = async (table: Table, batches: AsyncIterable<ArchivedRows>, add: (bytes: Buffer) => void, what: string): Promise<number> => {
    const faultsOf = rowChecker(storedColumns(table))
    let rows = 0
    let shown = 0
    for await (const batch of batches) {
      for (const fault of faultsOf(batch.bytes)) {
        shown += 1
        if (shown <= FINDINGS_A_TABLE) {
          const place = { member: batch.member, table: table.id, row: rows + fault.row, ...(fault.column === null ? {} : { column: fault.column }) }
          findings.push({ code: 'ROW_INVALID', message: fault.message, place })
        }
      }
      add(batch.bytes)
      rows += batch.rows
    }
    if (shown > FINDINGS_A_TABLE) notes.push(`table ${table.id}: ${shown - FINDINGS_A_TABLE} more ${what} do not parse`)
    return rows
  }
  try {
    for (const id of Object.keys(stubs)) {
      const table = stubTable(archive.schema, id)
      if (table !== null) await check(table, archive.stubs(id), (bytes) => references.addStubs(table, bytes), 'stubs')
    }
    for (const table of schema.tables) {
      const expected = archive.manifest.tables.find((entry) => entry.table === table.id)?.rows ?? null
      const rows = await check(table, tracker.rows('verify', table.id, expected, archive.rows(table.id)), (bytes) => references.add(table, bytes), 'rows')
      tables.push({ table: table.id, rows })
    }
    const filtered = isPartial({ selection, recovered: null })
    const outside = new Set(stubTables.map(({ id }) => id))
    for (const { table, reference, values, examples } of references.broken()) {
      const shown = examples.map(({ value, row }) => `${value} (row ${row})`).join(', ')
      const message = `${values === 1 ? '1 value' : `${values} values`} of ${reference.columns.join(', ')} ${values === 1 ? 'refers' : 'refer'} to no row of ${reference.table}: ${shown}${values > examples.length ? ', …' : ''}`
      // Rows left out on purpose may well be referred to; they are looked up in the target.
      if (filtered || outside.has(reference.table)) notes.push(`table ${table}: ${message}; the export was filtered`)
      else findings.push({ code: 'REFERENCE_UNRESOLVED', message, place: { table, column: reference.columns.join(', ') } })
    }
  } finally {
    references.close()
  }
  return tables
}
