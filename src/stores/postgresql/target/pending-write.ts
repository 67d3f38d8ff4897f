import type { Action, JudgedTable } from '../../merge/judged-table.js'
import type { ImportTable } from '../../import-table.js'
import { ident, join, literal, sql, type Sql } from '../../sql.js'
import type { ColumnFacts } from './column-facts.js'
import type { Relation } from './relation.js'
import type { Staging } from './staging.js'

/** What is to be done with one staged table. */
export interface PendingWrite {
  readonly table: ImportTable
  readonly relation: Relation
  readonly columns: readonly ColumnFacts[]
  /** For FROM: rows of the staging table's shape. */
  readonly rows: Sql
  readonly ordinal: Sql
  /** Null: the table was empty, so every row is new. */
  readonly judged: JudgedTable | null
  readonly deletes: number
  readonly updates: number
  readonly inserts: number
}

/** What was decided about a staged table. */
export function pendingWrite({ table, relation, ordinal }: Staging, columns: readonly ColumnFacts[], judged: JudgedTable): PendingWrite {
  const { rows, deletes, updates, inserts } = judged
  return Object.freeze({ table, relation, columns, rows, ordinal, judged, deletes, updates, inserts })
}

/** All rows of a staging table whose target is empty. */
export function pendingInsert({ table, relation, ordinal, sql: rows, rows: inserts }: Staging, columns: readonly ColumnFacts[]): PendingWrite {
  return Object.freeze({ table, relation, columns, rows, ordinal, judged: null, deletes: 0, updates: 0, inserts })
}

/** Aliases: a row as it comes, the row of the target that it is, its verdict. */
export const S = ident('s')
export const T = ident('t')
export const V = ident('v')

/** For FROM: verdicts `v` of these actions. */
export function verdictsOf({ verdicts }: JudgedTable, ...actions: readonly Action[]): Sql {
  return sql`(SELECT * FROM ${verdicts} WHERE action IN (${join(actions.map((action) => literal(action)))})) ${V}`
}

/** For FROM: rows `s` of these actions with their verdicts `v`; all rows, without verdicts, where the table was empty. */
export function rowsOf({ rows, ordinal, judged }: PendingWrite, ...actions: readonly Action[]): Sql {
  if (judged === null) return sql`${rows} ${S}`
  return sql`${rows} ${S} JOIN ${verdictsOf(judged, ...actions)} ON ${V}.ordinal = ${S}.${ordinal}`
}
