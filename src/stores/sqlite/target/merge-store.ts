import type Database from 'better-sqlite3'
import type { MergeStore } from '../../merge/merge-store.js'
import type { Place } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import type { RowBatch } from '../../../rows/row-batch.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { mapError } from '../map-error.js'
import { nextTurn, throwIfAborted, type ImportSession } from './session.js'
import { restageTable } from './staging.js'
import { keyedColumns, temporaryColumns } from './temporary-columns.js'

/** Rows of an index that tell the planner enough about it. */
const ENOUGH = 1_000

/** The shared merge on this import's connection. */
export function mergeStore(session: ImportSession): MergeStore {
  const { db, store } = session
  const indexes = new Map<string, number>()
  const attempt = async <T>(work: () => T, place: Place = {}): Promise<T> => {
    throwIfAborted(session)
    let result: T
    try {
      result = work()
    } catch (error) {
      throw mapError(error, { store, ...place })
    }
    await nextTurn()
    return result
  }
  return Object.freeze<MergeStore>({
    name: store,
    reread: ({ table, number }) => rowsAgain(session, table, number),
    restage: async ({ number }, rows) => restageTable(session, number, rows),
    run: async (statement, place) => attempt(() => db.prepare(statement.text).run().changes, place),
    rows: async (statement, place) => attempt(() => db.prepare<[], unknown[]>(statement.text).safeIntegers().raw().all().map((row) => row.map(textOf)), place),
    tabulate: async (name, query, place) => attempt(() => tabulate(db, name, query, temporaryColumns(db, query)), place),
    // What is looked up by its rowid needs no index.
    tabulateRows: async (name, query, place) => attempt(() => tabulate(db, name, query, keyedColumns(db, query)), place),
    index: async (name, columns) =>
      attempt(() => {
        const number = indexes.get(name) ?? 0
        indexes.set(name, number + 1)
        db.exec(sql`CREATE INDEX ${ident('temp', `${name}_index_${number}`)} ON ${ident(name)} (${join(columns)})`.text)
        db.exec(sql`PRAGMA analysis_limit = ${ENOUGH}; ANALYZE ${ident('temp', name)}`.text)
      }),
    joinsByHash: false,
    randomUuid: sql`lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`,
    same: (one, other) => sql`${one} IS ${other}`,
    asText: (expression: Sql) => sql`CAST(${expression} AS TEXT)`,
  })
}

function tabulate(db: Database.Database, name: string, query: Sql, columns: Sql): Sql {
  const table = ident('temp', name)
  db.exec(sql`CREATE TEMP TABLE ${ident(name)} (${columns})`.text)
  db.exec(sql`INSERT INTO ${table} ${query}`.text)
  db.exec(sql`ANALYZE ${table}`.text)
  return table
}

function rowsAgain({ again, bases }: ImportSession, table: ImportTable, number: number): AsyncIterable<RowBatch> {
  return present(again, 'the rows cannot be read again', { table: table.target.id })(table, bases.get(table.target.id)?.number === number)
}

function textOf(value: unknown): string | null {
  if (Buffer.isBuffer(value)) return value.toString('hex')
  return typeof value === 'string' ? value : typeof value === 'bigint' || typeof value === 'number' ? value.toString() : null
}
