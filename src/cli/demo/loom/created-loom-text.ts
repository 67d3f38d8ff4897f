import { alignTable } from '../../text/align-table.js'
import { formatCount, formatRows } from '../../text/quantities.js'
import type { Style } from '../../text/style.js'
import type { CreatedLoom } from './create-loom.js'

export function createdLoomText({ store, tables, rows }: CreatedLoom, style: Style): string {
  const lines = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
    ],
    tables.filter((table) => table.rows > 0).map((table) => [table.table, formatCount(table.rows)]),
    style,
  )
  return [...(rows > 0 ? [...lines, ''] : []), `Made a Loom of ${formatRows(rows)} in ${tables.length} tables: ${store}`, ''].join('\n')
}
