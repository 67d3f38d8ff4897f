import { isUtf8 } from 'node:buffer'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { present } from '../../errors/present.js'
import { BATCH_BYTES, type RowBatch } from '../../rows/row-batch.js'
import { literal, sql, type Sql } from '../sql.js'
import type { EncodingMode } from './encode-row.js'
import { PageTooLarge, WITHIN_PAGE } from './reader-functions.js'
import type { RowOrder } from './row-order.js'
import { rowError, isRowsOwn } from './row-error.js'
import type { TableRead } from './table-read.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'

interface Page {
  readonly last: bigint | null
  readonly scanned: bigint
  readonly rows: bigint
  readonly bytes: Buffer | string | null
}

const LOWEST = -(2n ** 63n)
const HIGHEST = 2n ** 63n - 1n
const FIRST_PAGE = 64
const MOST_ROWS = 5_000
/** What a page may grow to when its rows turn out larger than the ones before. */
const PAGE_BOUND = 4 * BATCH_BYTES

/**
 * Rows in pages, each gathered inside SQLite into one blob: far fewer calls than row by row. The size of a page follows
 * the rows before it; a page that grows beyond its bound is broken off and read again with fewer rows, down to one.
 */
export async function* readByRowid(read: TableRead, order: RowOrder & { kind: 'by-rowid' }): AsyncGenerator<RowBatch> {
  const { reader, signal } = read
  const statement = (mode: EncodingMode, single: boolean): ((from: bigint, limit: number) => Page | undefined) => {
    const prepared = reader.db.prepare<[bigint, number], Page>((single ? singleSql(read, order, mode) : pageSql(read, order, mode)).text).safeIntegers()
    return (from, limit) => prepared.get(from, limit)
  }
  const pages = new Map<string, ReturnType<typeof statement>>()
  const readPage = (mode: EncodingMode, from: bigint, limit: number): Page => {
    const key = `${mode} ${limit === 1}`
    const run = pages.get(key) ?? statement(mode, limit === 1)
    pages.set(key, run)
    reader.bound.reset(PAGE_BOUND)
    return present(run(from, limit))
  }
  let from = LOWEST
  let limit = FIRST_PAGE
  let before = 0
  // Rows still to be read one by one, because one of them cannot be written.
  let singly = 0
  for (;;) {
    throwIfInterrupted(signal)
    if (singly > 0) limit = 1
    let page: Page
    let bytes: Buffer
    try {
      page = readPage(read.mode, from, limit)
      bytes = toBuffer(page.bytes)
      if (read.mode === 'trusting' && !isUtf8(bytes)) {
        page = readPage('checking', from, limit)
        bytes = toBuffer(page.bytes)
      }
    } catch (error) {
      if (error instanceof PageTooLarge) limit = Math.max(1, error.rows)
      else if (isRowsOwn(error) && limit > 1) singly = limit
      else throw rowError(error, read, before, sql`${order.rowid} >= ${literal(String(from))} ORDER BY ${order.rowid} LIMIT 1`)
      continue
    }
    const rows = Number(page.rows)
    const scanned = Number(page.scanned)
    before += scanned
    singly -= scanned
    if (rows > 0) yield { bytes, rows }
    if (page.last === null || page.last === HIGHEST || scanned < limit) return
    from = page.last + 1n
    limit = Math.max(1, Math.min(limit * 4, MOST_ROWS, Math.floor((BATCH_BYTES * scanned) / Math.max(1, bytes.length))))
    await nextTurn()
  }
}

function pageSql(read: TableRead, order: RowOrder & { kind: 'by-rowid' }, mode: EncodingMode): Sql {
  return sql`SELECT max(r) AS last, count(*) AS scanned, count(l) AS "rows", ${read.output(sql`group_concat(l, '')`)} AS bytes
    FROM (SELECT ${order.rowid} AS r, ${read.line(mode)} AS l FROM ${order.from} WHERE ${order.rowid} >= ? ORDER BY ${order.rowid} LIMIT ?)
    WHERE ${WITHIN_PAGE}(octet_length(l))`
}

function singleSql(read: TableRead, order: RowOrder & { kind: 'by-rowid' }, mode: EncodingMode): Sql {
  return sql`SELECT r AS last, 1 AS scanned, l IS NOT NULL AS "rows", ${read.output(sql`l`)} AS bytes
    FROM (SELECT ${order.rowid} AS r, ${read.line(mode)} AS l FROM ${order.from} WHERE ${order.rowid} >= ? ORDER BY ${order.rowid} LIMIT ?)`
}

function toBuffer(bytes: Buffer | string | null): Buffer {
  return bytes === null ? Buffer.alloc(0) : typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}
