import type Database from 'better-sqlite3'
import { HoldallError } from '../../errors/holdall-error.js'
import type { RowBatch } from '../../rows/row-batch.js'
import { cellPicker } from '../../rows/pick-cells.js'
import { linesOf } from '../../rows/split-row.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { join, sql } from '../../stores/sql.js'
import type { ImportSource } from '../import-source.js'
import type { Tracker } from '../track-rows.js'
import { slot, type PairLayout } from './pair-layout.js'
import { rowReader } from './row-reader.js'
import { SIDES, type Side } from './table-pair.js'

/**
 * Writes the rows of one side of a pair, then its stubs, into the temporary tables. Returns how many rows, without stubs.
 * @throws ROW_INVALID, and as reading the source
 */
export async function loadSide(db: Database.Database, layout: PairLayout, side: Side, { source, layouts, tracker }: { source: ImportSource; layouts: ReadonlyMap<number, PairLayout>; tracker: Tracker }): Promise<number> {
  const { id } = layout.pair[side]
  const known = source.schema.tables.some((table) => table.id === id)
  const columns = storedColumns(layout.pair[side]).map(({ name }) => name)
  const insert = inserter(db, layout, side, layouts)
  const rows = known ? await insert(tracker.rows('read', id, source.rowCount(id), source.rows(id)), columns, false) : 0
  const stubs = source.stubColumns(id)
  if (stubs.length > 0) await insert(source.stubs(id), stubs, true)
  return rows
}

type Insert = (batches: AsyncIterable<RowBatch>, columns: readonly string[], stubs: boolean) => Promise<number>

function inserter(db: Database.Database, layout: PairLayout, side: Side, layouts: ReadonlyMap<number, PairLayout>): Insert {
  const { table, elements, keys, targets, links, valued, inner, pair } = layout
  const names = [
    ...keys.map((_, index) => slot('k', index)),
    ...targets.map((_, index) => slot('t', index)),
    ...links.map((_, index) => slot('r', index)),
    ...valued.flatMap((_, index) => [slot('v', index), slot('x', index)]),
  ]
  const row = db.prepare(sql`INSERT INTO ${table} (side, stub, rest, ${join([...names.map((name) => sql`${name}, `)], '')} known) VALUES (${SIDES.indexOf(side)}, ?, ?, ${join(names.map(() => sql`?, `), '')} NULL)`.text)
  const element = inner.length === 0 ? null : db.prepare(sql`INSERT INTO ${elements} (n, value, link, seq, r) VALUES (?, ?, ?, ?, ?)`.text)
  const read = rowReader(layout, side, layouts)

  return async (batches, columns, stubs) => {
    const pick = cellPicker(columns, read.picks)
    let count = 0
    for await (const { bytes } of batches) {
      for (const line of linesOf(bytes)) {
        count += 1
        const { values, keys: found } = readable(line, count)
        const { lastInsertRowid } = row.run(stubs ? 1 : 0, ...values)
        for (const key of found) element?.run(lastInsertRowid, ...key)
      }
    }
    return count

    function readable(line: Buffer, at: number): ReturnType<typeof read.row> {
      const cells = pick(line)
      try {
        if (cells !== null) return read.row(cells)
      } catch (error) {
        throw invalid(at, error)
      }
      throw invalid(at)
    }
  }

  function invalid(at: number, cause?: unknown): HoldallError {
    return new HoldallError('ROW_INVALID', { message: 'the row is not what the schema says', table: pair[side].id, row: at, ...(cause === undefined ? {} : { cause }) })
  }
}
