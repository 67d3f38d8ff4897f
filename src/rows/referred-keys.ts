import { present } from '../errors/present.js'
import type { DeclaredReference, ReferencePlace } from '../schema/declared-reference.js'
import type { Column } from '../schema/schema.js'
import { cellValue, type CellValue } from './cell-value.js'
import { embeddedKeys } from './embedded-keys.js'
import { keyCell } from './key-cell.js'

/** A reference as its cells are read. */
export interface CellReference {
  /** The columns that refer, in the order of `targets`. */
  readonly columns: readonly Column[]
  /** The columns of the key referred to. */
  readonly targets: readonly Column[]
  readonly place: ReferencePlace
  readonly when: (DeclaredReference['when'] & { readonly type: Column['type'] }) | null
}

/**
 * Makes a function that gives the keys that a row refers to, each as canonical cells of the key's own columns: none where a
 * part is NULL or the row does not refer, several where they stand inside a value. It takes the cells of the columns, and
 * behind them that of `when`.
 */
export function keysReferred({ columns, targets, place, when }: CellReference): (cells: readonly string[]) => readonly (readonly string[])[] {
  const keys = place.kind === 'columns' ? wholeKey(columns, targets) : keysWithin(columns, targets, place)
  if (when === null) return keys
  const told = columns.length
  return (cells) => (plainText(present(cells[told]), when) === when.value ? keys(cells) : [])
}

function wholeKey(columns: readonly Column[], targets: readonly Column[]): (cells: readonly string[]) => readonly (readonly string[])[] {
  const parts = targets.map((target, index) => translator(present(columns[index]), target))
  return (cells) => {
    const key: string[] = []
    for (const [index, part] of parts.entries()) {
      const cell = part(present(cells[index]))
      if (cell === null) return []
      key.push(cell)
    }
    return [key]
  }
}

/** Makes a function that turns a cell of one column into that of another with the same value; null for NULL, and where there is none. */
export function translator(from: Column, to: Column): (cell: string) => string | null {
  const same = from.type.dynamic === to.type.dynamic && from.type.encoding.family === to.type.encoding.family
  return same ? (cell) => (cell === 'null' ? null : cell) : (cell) => keyCell(cellValue(cell, from), to)
}

function keysWithin([column]: readonly Column[], [target]: readonly Column[], place: Exclude<ReferencePlace, { kind: 'columns' }>): (cells: readonly string[]) => readonly (readonly string[])[] {
  if (column === undefined || target === undefined) return () => []
  return ([cell = 'null']) => {
    if (cell === 'null') return []
    return embeddedKeys(cell, column, place).flatMap((value) => {
      const key = keyCell(place.kind === 'list' ? asWritten(value, target) : value, target)
      return key === null ? [] : [[key]]
    })
  }
}

/** In a column without a class of its own, digits of a list are more likely a number than a text. */
function asWritten(value: CellValue, { type }: Column): CellValue {
  return typeof value === 'string' && type.encoding.family === 'any' && /^-?(?:0|[1-9]\d{0,17})$/.test(value) ? BigInt(value) : value
}

function plainText(cell: string, column: Pick<Column, 'type'>): string | null {
  const value = cellValue(cell, column)
  return value === null || Buffer.isBuffer(value) ? null : String(value)
}
