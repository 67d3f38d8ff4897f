import { ident, sql, type Sql } from '../sql.js'
import { all, any, S, T } from './aliases.js'
import type { Copying } from './copying.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { keyOf, refersTo, type ParentLink } from './parent-links.js'

/** Which rows of the archive may be which rows of the target, of a table whose copies are made. */
export interface Pairing {
  readonly copying: Copying
  /** Rows in terms of the target, as far as it is known before any copy is made. */
  readonly rows: Sql
  readonly links: readonly ParentLink[]
  /** The temporary table of `ordinal`, `own` (1: by its identity), `n` (the mark it has there) and the locator `l0`, `l1`, …. */
  readonly pairs: Sql
}

/** `s` and `t` are the same in these columns, as far as they do not refer to rows of the group: those are compared by what is paired. */
export function sameBesidesLinks(table: MergeTable, links: readonly ParentLink[], names: readonly string[]): Sql {
  return all(
    names.map((name) => {
      const through = links.filter(({ reference }) => reference.columns.includes(name))
      const same = table.same(name, S, T)
      return any([same, ...through.map((link) => isLinked(table, link))])
    }),
  )
}

/** The row `s` refers to one of the group. */
export function isLinked(table: MergeTable, link: ParentLink): Sql {
  return sql`EXISTS (SELECT 1 FROM ${link.sql} k WHERE k.ordinal = ${S}.${table.ordinal})`
}

/**
 * Drops pairs whose references do not lead to rows that are paired themselves, until all that are left hold each other up: rows of
 * a ring are the same all together or not at all. Says how many were dropped.
 */
export async function dropUnlike(state: MergeState, pairings: readonly Pairing[]): Promise<number> {
  let dropped = 0
  for (let before = -1; before !== dropped; ) {
    before = dropped
    for (const { copying, links, pairs } of pairings) {
      const { table } = copying
      for (const { reference, parent, sql: linked } of links) {
        const [P, W] = [ident('p'), ident('w')]
        const paired = pairings.find((each) => each.copying === parent)?.pairs ?? pairs
        const meets = refersTo(state, { table, parent: parent.table, reference }, (name) => sql`${T}.${ident(name)}`, (name) => keyOf(state, reference, sql`${P}.${ident(name)}`))
        const led = sql`SELECT 1 FROM ${linked} k JOIN ${paired} q ON q.ordinal = k.parent JOIN ${parent.table.target} ${P} ON ${parent.table.located(P, ident('q'))} JOIN ${table.target} ${T} ON ${table.located(T, W)} WHERE k.ordinal = ${W}.ordinal AND ${meets}`
        dropped += await state.store.run(sql`DELETE FROM ${pairs} AS ${W} WHERE EXISTS (SELECT 1 FROM ${linked} k WHERE k.ordinal = ${W}.ordinal) AND NOT EXISTS (${led})`, { table: table.table.target.id })
      }
    }
  }
  return dropped
}
