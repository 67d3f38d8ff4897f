import type Database from 'better-sqlite3'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { present } from '../../errors/present.js'
import type { Table } from '../../schema/schema.js'
import { join, sql } from '../sql.js'
import { keyedOrder, rowOrder } from './row-order.js'
import type { TableRead } from './table-read.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'

const PAGE = 20_000

/** Counts rows; with a condition in pages where the table can be read so, because that may take long. */
export async function countRows(db: Database.Database, table: Table, { condition, keys, signal }: Pick<TableRead, 'condition' | 'keys' | 'signal'>): Promise<number> {
  throwIfInterrupted(signal)
  if (keys !== null) {
    const where = join([keys.condition, ...(condition === null ? [] : [condition])], ' AND ')
    return present(db.prepare<unknown[], number>(sql`SELECT count(*) FROM ${keyedOrder(table).from} WHERE ${where}`.text).pluck().get(...keys.values))
  }
  const order = rowOrder(db, table)
  if (condition === null || order.kind === 'scan') {
    const where = condition === null ? sql`` : sql`WHERE ${condition}`
    return present(db.prepare<[], number>(sql`SELECT count(*) FROM ${order.from} ${where}`.text).pluck().get())
  }
  const page = db
    .prepare<[bigint], { last: bigint | null; scanned: bigint; matching: bigint }>(
      sql`SELECT max(r) AS last, count(*) AS scanned, count(m) AS matching
          FROM (SELECT ${order.rowid} AS r, CASE WHEN ${condition} THEN 1 END AS m FROM ${order.from} WHERE ${order.rowid} >= ? ORDER BY ${order.rowid} LIMIT ${PAGE})`.text,
    )
    .safeIntegers()
  let from = -(2n ** 63n)
  let count = 0
  for (;;) {
    const found = page.get(from)
    if (found === undefined || found.last === null) return count
    count += Number(found.matching)
    if (Number(found.scanned) < PAGE || found.last === 2n ** 63n - 1n) return count
    from = found.last + 1n
    await nextTurn()
    throwIfInterrupted(signal)
  }
}
