import { displayWidth } from './display-width.js'
import { printable } from './printable.js'
import type { Style } from './style.js'

export interface TableColumn {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** Lines of a table whose columns stand under their titles; every cell is made printable. */
export function alignTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], style: Style): string[] {
  const cells = rows.map((row) => row.map(printable))
  const widths = columns.map((column, index) => Math.max(displayWidth(column.title), ...cells.map((row) => displayWidth(row[index] ?? ''))))
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => {
        const cell = row[index] ?? ''
        const gap = ' '.repeat((widths[index] ?? 0) - displayWidth(cell))
        return column.align === 'right' ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd()
  return [style.dim(line(columns.map((column) => column.title))), ...cells.map(line)]
}
