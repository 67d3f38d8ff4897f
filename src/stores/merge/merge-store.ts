import type { Place } from '../../errors/holdall-error.js'
import type { RowBatch } from '../../rows/row-batch.js'
import type { Sql } from '../sql.js'
import type { MergeTable } from './merge-table.js'
import type { BadRow } from './reject-rows.js'

/**
 * What the merge needs of an engine. Matching, ids, references and decisions are sets in SQL that both engines share; they
 * run inside the import's transaction and write nothing but temporary tables.
 */
export interface MergeStore {
  /** For messages. */
  readonly name: string
  run(statement: Sql, place?: Place): Promise<number>
  /** Reads the archive's rows of a staged table again, without stubs. */
  reread(table: MergeTable): AsyncIterable<RowBatch>
  /**
   * Puts rows in the place of those that are staged, as many and in their order; stubs stay. Between two batches the store can be asked.
   * Gives the rows that cannot be held, where those are left out.
   */
  restage(table: MergeTable, rows: AsyncIterable<RowBatch>): Promise<readonly BadRow[]>
  /** Rows as arrays of text. */
  rows(statement: Sql, place?: Place): Promise<readonly (readonly (string | null)[])[]>
  /** Makes a temporary table of what a query gives, gone with the transaction, and lets the planner know it. */
  tabulate(name: string, query: Sql, place?: Place): Promise<Sql>
  /** The same of a query whose first column, `ordinal`, is another in each row: what other rows are joined with by it. */
  tabulateRows(name: string, query: Sql, place?: Place): Promise<Sql>
  /** It joins large sets by hashing: values of any length need no index. */
  readonly joinsByHash: boolean
  /** An expression that gives another random UUID for every row. */
  readonly randomUuid: Sql
  /** An index of a temporary table that `tabulate` made. */
  index(name: string, columns: readonly Sql[]): Promise<void>
  /** Null-safe equality of two expressions of one type. */
  same(one: Sql, other: Sql): Sql
  /** The text of a value: two keys of different types are compared by it. */
  asText(expression: Sql): Sql
}
