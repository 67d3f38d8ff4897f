import type { Column } from '../schema/schema.js'
import { embeddedEdits, type EmbeddedPlace, type KeyVisit } from './embedded-edits.js'
import { applyEdits } from './text-edit.js'

/**
 * A canonical cell with the keys inside it renamed. All else stays as it is, byte by byte: blanks, the order of keys, the spelling
 * of numbers and escapes. Where a key goes away, so does the element of an array or a list that it is; else it becomes null.
 */
export function rewriteEmbeddedKeys(cell: string, column: Pick<Column, 'type'>, place: EmbeddedPlace, rename: KeyVisit): string {
  const edits = embeddedEdits(cell, column, place, rename)
  return edits.length === 0 ? cell : applyEdits(cell, edits)
}
