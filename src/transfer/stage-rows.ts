import type { Archive } from '../archive/open-archive.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { ImportTable } from '../stores/import-table.js'
import type { Target } from '../stores/store.js'
import type { Tracker } from './track-rows.js'

/** Writes a table's rows straight into the target. @throws VERIFICATION_FAILED and as `Target.load` */
export async function loadRows(archive: Archive, table: ImportTable, target: Target, tracker: Tracker): Promise<number> {
  const { id } = table.source
  const expected = rowsExpected(archive, id)
  const rows = await target.load(table, tracker.rows('write', id, expected, archive.rows(id)))
  checkCount(id, expected, rows)
  return rows
}

/** Writes a table's rows, then its stubs, into the staging table. @throws VERIFICATION_FAILED and as `Target.stage` */
export async function stageRows(archive: Archive, table: ImportTable, target: Target, tracker: Tracker): Promise<void> {
  const { id } = table.source
  const expected = rowsExpected(archive, id)
  const rows = await target.stage(table, tracker.rows('stage', id, expected, archive.rows(id)))
  checkCount(id, expected, rows)
  const columns = archive.stubColumns(id)
  if (columns.length > 0) await target.stage(table, archive.stubs(id), columns)
}

/** How many rows of a table the archive holds: 0 where there are stubs alone. */
export function rowsExpected(archive: Archive, id: string): number {
  return archive.manifest.tables.find(({ table }) => table === id)?.rows ?? 0
}

function checkCount(table: string, expected: number, rows: number): void {
  if (rows !== expected) throw new HoldallError('VERIFICATION_FAILED', { message: `${rows} rows arrived of ${expected} in the archive`, table })
}
