import type { ImportTable } from '../stores/import-table.js'
import type { Target } from '../stores/store.js'
import { openScratchDatabase } from './scratch-database.js'

/** Why one row was left out, as a reject file tells it. */
export interface Reject {
  /** Id in the archive. */
  readonly table: string
  /** Its place in the archive, from 1. */
  readonly row: number
  readonly key: string
  readonly reason: string
  readonly code: string
  readonly message: string
}

/** The rows that an import left out, in any number. */
export interface RejectList {
  readonly count: number
  /** Tables that have some, with how many. */
  readonly tables: ReadonlyMap<string, number>
  /** Row numbers of a table, ascending. */
  rows(table: string): Iterable<number>
  /** At most so many of them, table by table. */
  first(limit: number): readonly Reject[]
  close(): void
}

/** Asks the target for all rows that were left out, since only afterwards their number is known. */
export async function listRejects(target: Target, tables: readonly ImportTable[]): Promise<RejectList> {
  const scratch = openScratchDatabase('CREATE TABLE rejects ("order" INTEGER, "table" TEXT, row INTEGER, key TEXT, reason TEXT, code TEXT, message TEXT, PRIMARY KEY ("order", row)) WITHOUT ROWID')
  try {
    const { db } = scratch
    const add = db.prepare('INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?)')
    const counts = new Map<string, number>()
    for (const [order, table] of tables.entries()) {
      const { id } = table.source
      for await (const { row, key, reason, code, message } of target.rejects(table)) {
        add.run(order, id, row, key, reason, code, message)
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
    }
    const order = new Map(tables.map(({ source }, at) => [source.id, at]))
    const rows = db.prepare('SELECT row FROM rejects WHERE "order" = ? ORDER BY row').pluck()
    const first = db.prepare('SELECT "table", row, key, reason, code, message FROM rejects ORDER BY "order", row LIMIT ?')
    return {
      count: [...counts.values()].reduce((sum, each) => sum + each, 0),
      tables: counts,
      rows: (table) => rows.iterate(order.get(table) ?? -1) as Iterable<number>,
      first: (limit) => first.all(limit) as Reject[],
      close: scratch.close,
    }
  } catch (error) {
    scratch.close()
    throw error
  }
}
