import type Database from 'better-sqlite3'
import { HoldallError } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import { linesOf } from '../../../rows/split-row.js'
import { rowKey } from '../../../rows/row-key.js'
import type { RowBatch } from '../../../rows/row-batch.js'
import { storedColumns } from '../../../schema/stored-columns.js'
import type { ImportTable } from '../../import-table.js'
import type { Sql } from '../../sql.js'
import { badRow, isRowError } from '../../merge/is-row-error.js'
import type { BadRow } from '../../merge/reject-rows.js'
import { mapError } from '../map-error.js'
import { cellRule } from './cell-rule.js'
import { decodeCell } from './decode-row.js'
import { holding } from './holding.js'
import { isRowFailure, rowFailure } from './row-failure.js'
import { RowFault, rowScanner, type ScannedRows } from './scan-rows.js'
import { nextTurn, throwIfAborted, type ImportSession } from './session.js'
import { wholeStatement } from './whole-statement.js'

const NEWLINE = 0x0a

/** Where the rows of a batch go. `?1` is the batch as JSON, `?2` the number of rows before it. */
export interface RowSink {
  insert(cells: readonly Sql[]): Sql
  /** Called before each batch; `index` counts from 0. */
  before(index: number): void
  /** Takes the rows that cannot be written; where it is absent the first of them is an error. */
  readonly onBad?: ((bad: BadRow) => void) | undefined
}

/**
 * Writes batches of canonical rows with one statement each: SQLite takes the cells out of the JSON itself, which is
 * twice as fast as binding them one by one. Returns how many rows were written.
 * @throws ROW_INVALID, ROW_REFUSED, CONSTRAINT_VIOLATED naming the row; INTERRUPTED, STORE_*
 */
export async function writeRows(session: ImportSession, table: ImportTable, rows: AsyncIterable<RowBatch>, sink: RowSink): Promise<number> {
  const writer = new RowWriter(session, table, sink)
  let index = 0
  for await (const batch of rows) {
    throwIfAborted(session)
    if (batch.bytes.length === 0) continue
    sink.before(index)
    for (const piece of pieces(batch.bytes)) {
      writer.write(piece)
      await nextTurn()
    }
    index += 1
  }
  throwIfAborted(session)
  return writer.rows
}

/** Bytes of rows for one statement: SQLite holds several copies of them while it runs. */
const PIECE = 512 << 10

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const newline = at + PIECE >= bytes.length ? -1 : bytes.indexOf(NEWLINE, at + PIECE)
    const end = newline < 0 ? bytes.length : newline + 1
    yield bytes.subarray(at, end)
    at = end
  }
}

class RowWriter {
  rows = 0
  readonly #session: ImportSession
  readonly #table: ImportTable
  readonly #sink: RowSink
  readonly #scan: (bytes: Buffer) => ScannedRows
  /** The place of each written column in the archive's rows. */
  readonly #positions: readonly number[]
  readonly #statements = new Map<string, Database.Statement>()

  constructor(session: ImportSession, table: ImportTable, sink: RowSink) {
    this.#session = session
    this.#table = table
    this.#sink = sink
    const stored = storedColumns(table.source)
    const writing = { conversions: session.options.conversions, utf16: session.utf16 }
    const rules = stored.map((source) => {
      const column = table.columns.find((candidate) => candidate.source.name === source.name)
      return cellRule(source, column === undefined ? null : holding(table.target, column.target), writing)
    })
    this.#scan = rowScanner(stored.map(({ name }) => name), rules)
    this.#positions = table.columns.map((column) => stored.findIndex(({ name }) => name === column.source.name))
  }

  write(bytes: Buffer): void {
    const { onBad } = this.#sink
    if (onBad === undefined) {
      this.#writeAll(bytes)
      return
    }
    try {
      this.#writeAll(bytes)
    } catch (error) {
      if (!isRowError(error) || !this.#session.db.inTransaction) throw error
      for (const line of linesOf(bytes)) this.#writeOne(Buffer.concat([line, Buffer.from('\n')]), onBad)
    }
  }

  /** A row that is left out has its place all the same. */
  #writeOne(line: Buffer, onBad: (bad: BadRow) => void): void {
    try {
      this.#writeAll(line)
    } catch (error) {
      if (!isRowError(error) || !this.#session.db.inTransaction) throw error
      this.rows += 1
      onBad(badRow(this.rows, error))
    }
  }

  #writeAll(bytes: Buffer): void {
    const scanned = this.#scanned(bytes)
    try {
      wholeStatement(this.#session, () => this.#run(scanned, this.rows))
    } catch (error) {
      if (isRowFailure(error) && this.#session.db.inTransaction) this.#findFailure(bytes)
      throw mapError(error, { store: this.#session.store, table: this.#table.target.id })
    }
    this.rows += scanned.rows
  }

  #scanned(bytes: Buffer): ScannedRows {
    try {
      return this.#scan(bytes)
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      const line = present([...linesOf(bytes)][error.row])
      const column = error.column === null ? undefined : storedColumns(this.#table.source)[error.column]?.name
      throw new HoldallError(error.fault.code, {
        message: error.fault.message,
        ...(error.fault.hint === undefined ? {} : { hint: error.fault.hint }),
        table: this.#table.source.id,
        row: this.rows + error.row + 1,
        ...rowKey(this.#table.source, line),
        ...(column === undefined ? {} : { column }),
      })
    }
  }

  #run(scanned: ScannedRows, before: number): void {
    // In a UTF-16 database a cast would read the bytes as UTF-16; a string is converted when it is bound.
    const json = this.#session.utf16 ? scanned.json.toString() : scanned.json
    const { changes } = this.#statement(scanned.full).run({ 1: json, 2: BigInt(before) })
    if (changes !== scanned.rows) {
      throw new HoldallError('CONSTRAINT_VIOLATED', {
        message: `a trigger of the table made SQLite ignore ${scanned.rows - changes} of ${scanned.rows} rows`,
        table: this.#table.target.id,
        hint: 'Import with triggers silenced.',
      })
    }
  }

  #statement(full: readonly boolean[]): Database.Statement {
    const cells = this.#positions.map((position) => ({ position, full: present(full[position]) }))
    const key = cells.map((cell) => (cell.full ? '1' : '0')).join('')
    const known = this.#statements.get(key)
    if (known !== undefined) return known
    const statement = this.#session.db.prepare(
      this.#sink.insert(
        this.#table.columns.map((column, index) => {
          const cell = present(cells[index])
          return decodeCell(column.source.type, holding(this.#table.target, column.target), cell.position, cell.full)
        }),
      ).text,
    )
    this.#statements.set(key, statement)
    return statement
  }

  /** Writes the batch again row by row to name the one that fails; what it wrote is taken back. */
  #findFailure(bytes: Buffer): void {
    const { db, store } = this.#session
    db.exec('SAVEPOINT holdall_row')
    let row = this.rows
    for (const line of linesOf(bytes)) {
      row += 1
      try {
        this.#run(this.#scan(Buffer.concat([line, Buffer.from('\n')])), row - 1)
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK TO holdall_row; RELEASE holdall_row')
        throw rowFailure(error, { store, table: this.#table.target.id, row, ...rowKey(this.#table.source, line) })
      }
    }
    db.exec('ROLLBACK TO holdall_row; RELEASE holdall_row')
  }
}
