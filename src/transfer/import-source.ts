import type { RowBatch } from '../rows/row-batch.js'
import type { Schema, Table } from '../schema/schema.js'

/** Where the rows of an import come from: an archive, or another store under one snapshot. Any table can be read in any order, and again. */
export interface ImportSource {
  /** For people. */
  readonly name: string
  readonly schema: Schema
  /** Tables of which there are stubs alone, with the columns of their stubs: `schema` does not know them. */
  readonly stubTables: readonly Table[]
  /** Rows of a table; null when that is not known before they are read. */
  rowCount(table: string): number | null
  /** Canonical rows holding `storedColumns(table)`. */
  rows(table: string): AsyncIterable<RowBatch>
  /** The columns that the stubs of a table hold, in the order of the table; empty where there are none. */
  stubColumns(table: string): readonly string[]
  /** Identities of rows that are referred to but not among the rows: canonical rows holding `stubColumns(table)`. */
  stubs(table: string): AsyncIterable<RowBatch>
}
