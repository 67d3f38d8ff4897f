import { ident, sql, type Sql } from '../sql.js'
import { concatenated, S, T } from './aliases.js'
import type { BaseRows } from './base-state.js'
import type { MergeTable } from './merge-table.js'
import { comparedColumns } from './same-row.js'

/** Alias of a row of the base. */
export const B = ident('b')

/**
 * What a three-way merge makes of each compared column, one letter for each in their order: both sides are the same, only the
 * archive's has changed since the base and is taken, only the target's has and stays, or both have.
 */
export const MERGED = Object.freeze({ same: 'e', theirs: 't', ours: 'o', conflict: 'x' })

/** The letters of a row whose sides are all the same. */
export function allSame(table: MergeTable): string {
  return MERGED.same.repeat(comparedColumns(table).length)
}

/** Letters of a row `s` that is the row `t` of the target, with its base row `b` or without. */
export function mergedColumns(table: MergeTable, base: BaseRows): Sql {
  const known = sql`${B}.${table.ordinal} IS NOT NULL`
  return letters(table, (name) => {
    const since = sql`${known} AND NOT ${base.lost(name, B)}`
    return sql`CASE WHEN ${table.same(name, S, T)} THEN 'e' WHEN ${since} AND ${table.same(name, B, T)} THEN 't' WHEN ${since} AND ${table.sameStaged(name, B, S)} THEN 'o' ELSE 'x' END`
  })
}

/** Letters of a row `s` that the target has no more, held against its base row `b`. */
export function changedThere(table: MergeTable, base: BaseRows): Sql {
  return letters(table, (name) => sql`CASE WHEN NOT ${base.lost(name, B)} AND ${table.sameStaged(name, B, S)} THEN 'e' ELSE 'x' END`)
}

/** Letters of a row `t` that the archive has no more, held against its base row `b`. */
export function changedHere(table: MergeTable, base: BaseRows): Sql {
  return letters(table, (name) => sql`CASE WHEN NOT ${base.lost(name, B)} AND ${table.same(name, B, T)} THEN 'e' ELSE 'x' END`)
}

function letters(table: MergeTable, letter: (column: string) => Sql): Sql {
  return concatenated(comparedColumns(table).map(letter))
}
