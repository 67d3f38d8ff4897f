import { present } from '../errors/present.js'
import type { Column } from '../schema/schema.js'
import type { CellValue } from './cell-value.js'
import { keyCell } from './key-cell.js'

/** The text of a value as a key of that column would have it; null where the column can hold no such value. */
export function keyText(value: CellValue, column: Pick<Column, 'type'>): string | null {
  const cell = keyCell(value, column)
  if (cell === null) return null
  if (cell.startsWith('"')) return JSON.parse(cell) as string
  if (!cell.startsWith('{')) return cell
  const [tagged] = Object.values(JSON.parse(cell) as Readonly<Record<string, string>>)
  return present(tagged)
}
