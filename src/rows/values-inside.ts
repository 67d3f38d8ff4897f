import type { Column } from '../schema/schema.js'
import type { CellValue } from './cell-value.js'
import { embeddedEdits } from './embedded-edits.js'

/**
 * The texts and numbers that stand at a path inside a cell: of JSON, an array or a composite; see `ReferencePlace`. What is
 * no JSON, or has nothing there, gives none.
 */
export function valuesInside(cell: string, column: Column, path: readonly string[]): CellValue[] {
  const found: CellValue[] = []
  embeddedEdits(cell, column, { kind: 'inside', path }, (key) => void found.push(key))
  return found
}
