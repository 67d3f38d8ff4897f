import { narrowTable } from '../schema/narrow-table.js'
import type { Table } from '../schema/schema.js'
import type { ArchiveSchema } from './archive-schema.js'

/** The table that stubs stand for, with the columns they hold; null where the archive has none of it. */
export function stubTable({ stubs, stubTables, schema }: Pick<ArchiveSchema, 'stubs' | 'stubTables' | 'schema'>, id: string): Table | null {
  const columns = Object.hasOwn(stubs, id) ? stubs[id] : undefined
  const table = [...schema.tables, ...stubTables].find((each) => each.id === id)
  return columns === undefined || table === undefined ? null : narrowTable(table, (name) => columns.includes(name))
}
