import { once } from 'node:events'
import copyStreams from 'pg-copy-streams'
import type { RowBatch } from '../../../rows/row-batch.js'
import type { ImportTable } from '../../import-table.js'
import type { Conversion } from '../../conversion.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { createCopyWriter } from '../copy-text-writer.js'
import { throwIfInterrupted } from '../../../errors/interrupted.js'
import { mapError } from '../map-error.js'
import type { Session } from './session.js'

/**
 * Writes the rows into `into`, one COPY for all; the connection's own buffer sets the pace. Returns how many rows the
 * server took.
 */
export async function copyIn(session: Session, table: ImportTable, into: Sql, rows: AsyncIterable<RowBatch>, conversions: ReadonlySet<Conversion>): Promise<number> {
  const writer = createCopyWriter(table, conversions)
  if (table.columns.length === 0) return withoutColumns(session, table, into, rows, (batch) => void writer.write(batch))
  const columns = join(table.columns.map((column) => ident(column.target.name)))
  const place = { store: session.store, table: table.target.id }
  throwIfInterrupted(session.signal, place)
  const stream = session.client.query(copyStreams.from(sql`COPY ${into} (${columns}) FROM STDIN`.text))
  const refusals: unknown[] = []
  const failed = new Promise<void>((resolve) => {
    stream.on('error', (error: unknown) => {
      refusals.push(error)
      resolve()
    })
  })
  try {
    for await (const batch of rows) {
      throwIfInterrupted(session.signal, place)
      if (refusals.length > 0) break
      if (batch.bytes.length > 0 && !stream.write(writer.write(batch))) await Promise.race([once(stream, 'drain').catch(() => undefined), failed])
    }
    if (refusals.length === 0) {
      stream.end()
      await Promise.race([once(stream, 'finish').catch(() => undefined), failed])
    }
  } catch (error) {
    // The server must be told that no more comes, and must have answered, before the connection can be used again.
    if (refusals.length === 0) {
      stream.destroy(new Error('the rows ended with an error'))
      await failed
    }
    throw mapError(error, place, { signal: session.signal })
  }
  if (refusals.length > 0) throw mapError(refusals[0], place, { signal: session.signal })
  return stream.rowCount
}

/** COPY needs a column; rows that have none worth writing are all alike. */
async function withoutColumns(session: Session, table: ImportTable, into: Sql, rows: AsyncIterable<RowBatch>, check: (batch: RowBatch) => void): Promise<number> {
  let count = 0
  for await (const batch of rows) {
    check(batch)
    count += batch.rows
  }
  return session.run(sql`INSERT INTO ${into} SELECT FROM pg_catalog.generate_series(1, ${count})`, { table: table.target.id })
}
