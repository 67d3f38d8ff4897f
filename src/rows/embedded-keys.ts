import type { Column } from '../schema/schema.js'
import type { CellValue } from './cell-value.js'
import { embeddedEdits, type EmbeddedPlace } from './embedded-edits.js'

/**
 * The texts and numbers that stand inside a cell where keys stand: at a path in JSON, an array or a composite, or between
 * separators; see `ReferencePlace`. What is no JSON, or has nothing there, gives none.
 */
export function embeddedKeys(cell: string, column: Pick<Column, 'type'>, place: EmbeddedPlace): CellValue[] {
  const found: CellValue[] = []
  embeddedEdits(cell, column, place, (key) => void found.push(key))
  return found
}
