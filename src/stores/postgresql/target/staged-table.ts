import type { ImportTable } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { differs, rowText, sameIdentity, type ColumnFacts } from './column-facts.js'
import type { Relation } from './relation.js'
import type { Staging } from './staging.js'

/** A table whose rows wait in a staging table. */
export interface StagedTable {
  readonly table: ImportTable
  readonly relation: Relation
  readonly staging: Staging
  readonly columns: readonly ColumnFacts[]
  /** Columns of the identity; null: the whole row. */
  readonly identity: readonly ColumnFacts[] | null
  readonly rows: number
}

/** What comparing found; `match` holds the ordinals of new and changed rows with their class, `n` or `c`. */
export interface Matched extends StagedTable {
  readonly match: Sql
  readonly new: number
  readonly changed: number
  readonly absent: number
}

export function stagedTable(table: ImportTable, relation: Relation, staging: Staging, columns: readonly ColumnFacts[], rows: number): StagedTable {
  const identity = table.identity
  const ofIdentity = identity === null ? null : columns.filter((column) => identity.includes(column.name))
  return Object.freeze({ table, relation, staging, columns, identity: ofIdentity, rows })
}

const S = ident('s')
const T = ident('t')

/** Rows `s` of the staging that are new or differ, as (ordinal, class). */
export function matchQuery({ staging, relation, columns, identity }: StagedTable): Sql {
  if (identity !== null) {
    const changed = columns.map((column) => differs(column, S, T))
    return sql`SELECT s.${staging.ordinal} AS ordinal, (CASE WHEN t.ctid IS NULL THEN 'n' ELSE 'c' END)::pg_catalog."char" AS class
      FROM ${staging.sql} s LEFT JOIN ${relation.only} t ON ${sameIdentity(identity, S, T)}
      WHERE ${join([sql`t.ctid IS NULL`, ...changed], ' OR ')}`
  }
  // Equal rows are told apart by how many there are: the nth of this content here is new when fewer than n are there.
  return sql`SELECT here.ordinal, 'n'::pg_catalog."char" AS class
    FROM (SELECT s.${staging.ordinal} AS ordinal, ${rowText(S, columns)} AS line,
            pg_catalog.row_number() OVER (PARTITION BY ${rowText(S, columns)} ORDER BY s.${staging.ordinal}) AS nth FROM ${staging.sql} s) here
      LEFT JOIN (SELECT ${rowText(T, columns)} AS line, pg_catalog.count(*) AS n FROM ${relation.only} t GROUP BY 1) there ON there.line = here.line
    WHERE here.nth > COALESCE(there.n, 0)`
}

/** Rows of the table that are not staged, as a condition on `t` or, without an identity, as a set of their places. */
export function absentRows({ staging, relation, columns, identity }: StagedTable): { readonly from: Sql; readonly where: Sql } {
  if (identity !== null) {
    return { from: sql``, where: sql`NOT EXISTS (SELECT FROM ${staging.sql} s WHERE ${sameIdentity(identity, S, T)})` }
  }
  const from = sql`(SELECT x.ctid AS place, x.tableoid AS part FROM (
      SELECT t.ctid, t.tableoid, ${rowText(T, columns)} AS line, pg_catalog.row_number() OVER (PARTITION BY ${rowText(T, columns)} ORDER BY t.tableoid, t.ctid) AS nth FROM ${relation.only} t) x
      LEFT JOIN (SELECT ${rowText(S, columns)} AS line, pg_catalog.count(*) AS n FROM ${staging.sql} s GROUP BY 1) here ON here.line = x.line
    WHERE x.nth > COALESCE(here.n, 0)) absent`
  return { from, where: sql`t.ctid = absent.place${relation.partitioned ? sql` AND t.tableoid = absent.part` : sql``}` }
}
