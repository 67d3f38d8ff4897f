import { present } from '../errors/present.js'
import type { Column } from '../schema/schema.js'

/**
 * One text for equal keys: the cells of a key as databases compare them when a reference is checked, or null when one is
 * NULL. Numbers are equal whatever their scale, SQLite's NOCASE ignores the case of ASCII letters, citext that of all.
 */
export function comparableKey(cells: readonly string[], columns: readonly Column[]): string | null {
  const parts: string[] = []
  for (const [index, cell] of cells.entries()) {
    if (cell === 'null') return null
    const column = columns[index]
    const text = plain(cell)
    const numeric = column !== undefined && (column.type.dynamic || ['integer', 'real', 'decimal'].includes(column.type.encoding.family))
    const even = numeric && /^-?\d+(?:\.\d+)?$/.test(text) ? withoutScale(text) : text
    parts.push(inOneCase(even, column))
  }
  return parts.length === 1 ? present(parts[0]) : JSON.stringify(parts)
}

function inOneCase(text: string, column: Column | undefined): string {
  if (column?.collation?.toUpperCase() === 'NOCASE') return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return column !== undefined && /(?:^|\.)citext$/.test(column.type.declared) ? text.toLowerCase() : text
}

function plain(cell: string): string {
  if (!cell.startsWith('"') && !cell.startsWith('{')) return cell
  const value: unknown = JSON.parse(cell)
  if (typeof value === 'string') return value
  return value !== null && typeof value === 'object' && Object.keys(value).every((key) => key.startsWith('$')) ? Object.values(value).join('') : cell
}

function withoutScale(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
