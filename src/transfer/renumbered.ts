import type { Family } from '../schema/column-type.js'
import type { Table } from '../schema/schema.js'
import type { TableIdentity } from '../schema/table-identity.js'
import type { Conversion } from '../stores/conversion.js'
import type { ImportColumn } from '../stores/import-table.js'

/** The one column of the target's primary key, where it is numbers that the target hands out, the archive has texts there, and the user lets these go. */
export function renumbered(source: Table, target: Table, allowed: ReadonlySet<Conversion>): string | null {
  const [key, ...more] = target.primaryKey?.columns ?? []
  if (!allowed.has('renumber') || key === undefined || more.length > 0) return null
  const numbered = target.columns.some(({ name, identity }) => name === key && identity !== null)
  const texts = source.columns.some(({ name, type }) => name === key && type.encoding.family === 'text')
  return numbered && texts ? key : null
}

/** Columns that the engines compare without more ado. */
const PLAIN: ReadonlySet<Family> = new Set(['boolean', 'integer', 'real', 'decimal', 'text', 'bytes', 'date', 'time', 'timestamp', 'timestamptz', 'uuid'])

/** Without their keys rows are the same when all the rest is. */
export function alikeIdentity(columns: readonly ImportColumn[]): TableIdentity {
  const plain = columns.filter(({ target }) => PLAIN.has(target.type.encoding.family)).map(({ target }) => target.name)
  return { rules: [{ columns: plain, origin: 'declared', alike: true, because: 'alike in all columns, as --convert renumber says' }], surrogates: [] }
}
