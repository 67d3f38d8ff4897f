import type { Table } from '../../schema/schema.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { sql, type Sql } from '../sql.js'
import { encodeRow, type EncodingMode } from './encode-row.js'
import type { BoundCondition } from './key-condition.js'
import type { Reader } from './open-reader.js'

/** One table on its way out. */
export interface TableRead {
  readonly reader: Reader
  /** As introspected, with all its columns. */
  readonly table: Table
  readonly condition: Sql | null
  /** Only these rows are read at all; null: every one. */
  readonly keys: BoundCondition | null
  readonly signal: AbortSignal | undefined
  /** How text is taken at first. */
  readonly mode: EncodingMode
  /** The line of a row, or NULL when the filter does not let it pass. */
  line(mode: EncodingMode): Sql
  /** The expression as it leaves SQLite: bytes of UTF-8, or text where a cast would give the database's UTF-16. */
  output(lines: Sql): Sql
}

/** `columns` are those of `selected`, which may lack some of `table`. */
export function tableRead(reader: Reader, table: Table, selected: Table, { condition, keys, signal }: Pick<TableRead, 'condition' | 'keys' | 'signal'>): TableRead {
  const columns = storedColumns(selected)
  const utf8 = reader.encoding === 'UTF-8'
  return {
    reader,
    table,
    condition,
    keys,
    signal,
    mode: utf8 ? 'trusting' : 'checking',
    line: (mode) => (condition === null ? encodeRow(columns, mode) : sql`CASE WHEN ${condition} THEN ${encodeRow(columns, mode)} END`),
    output: (lines) => (utf8 ? sql`CAST(${lines} AS BLOB)` : lines),
  }
}
