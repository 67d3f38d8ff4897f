import { present } from '../../errors/present.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { concatenated, isFound, S, T } from './aliases.js'
import { knownNames, knownRows, sameLocator } from './base-known-rows.js'
import type { BaseRows, BaseState } from './base-state.js'
import { beside } from './beside.js'
import { matchWhole } from './match-whole.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolution } from './resolution.js'
import { rewriteInner } from './rewrite-inner.js'
import { comparedColumns } from './same-row.js'

interface Resolved {
  readonly rows: Sql
  lost(column: string, row: Sql): Sql
}

/** The base rows of a table whose archive rows (`rows`, resolved) are matched. */
export async function baseRows(state: MergeState, base: BaseState, table: MergeTable, matching: Matching, rows: Sql): Promise<BaseRows> {
  const id = table.table.target.id
  const found = present(base.merge.tables.get(id), 'the base of the table is not staged', { table: id })
  await rewriteInner(base.merge, found)
  const resolved = await resolveBase(base, found)
  const known = base.merge.matchings.get(id)
  const claims = await claimedRows(state, table, matching)
  if (known !== undefined) return { ...resolved, claims, whole: null, pairs: await pairRows(state, table, claims, { table: found, matching: known, rows: found.staged }) }
  const columns = comparedColumns(table)
  const whole = await knownRows(state, table, found, columns, {
    from: sql`${rows} ${S}`,
    where: sql`NOT EXISTS (SELECT 1 FROM ${present(matching.matches)} m WHERE m.ordinal = ${S}.${table.ordinal})`,
    value: (name) => sql`${S}.${table.column(name)}`,
  })
  const always = sql`1 = 1`
  const matches = await matchWhole(base.merge, whole, { purpose: 'match', columns, rows: resolved.rows, among: always, amongThere: always })
  return { ...resolved, claims, whole: { known: whole, matches }, pairs: await pairRows(state, table, claims, { table: whole, matching: { rule: null, matches, odd: null }, rows: resolved.rows }) }
}

/** In terms of the target's ids. A reference to a row that nobody has any more is NULL there, and is marked. */
async function resolveBase({ merge }: BaseState, table: MergeTable): Promise<Resolved> {
  const columns = table.table.columns.map(({ target }) => target.name)
  const references = await resolution(merge, table, columns)
  const plain = { rows: table.stubs === 0 ? table.staged : sql`(SELECT * FROM ${table.staged} WHERE NOT ${table.stub})`, lost: () => sql`1 = 0` }
  if (references.joins.text === '') return plain
  const moving = columns.filter((name) => references.links.some(({ reference }) => reference.columns.includes(name)))
  const marks = ident(markName(columns))
  const values = [table.ordinal, table.stub].map((name) => sql`${S}.${name} AS ${name}`)
  for (const name of columns) values.push(sql`${references.value(name)} AS ${table.column(name)}`)
  values.push(sql`${concatenated(moving.map((name) => sql`CASE WHEN ${S}.${table.column(name)} IS NOT NULL AND ${references.value(name)} IS NULL THEN '1' ELSE '0' END`))} AS ${marks}`)
  const name = `holdall_base_${table.number}`
  const rows = await merge.store.tabulate(name, sql`SELECT ${join(values)} FROM ${table.staged} ${S}${references.joins} WHERE NOT ${S}.${table.stub}`, { table: table.table.target.id })
  await merge.store.index(name, [table.ordinal])
  return {
    rows,
    lost: (column, row) => {
      const at = moving.indexOf(column)
      return at < 0 ? sql`1 = 0` : sql`substr(${row}.${marks}, ${at + 1}, 1) = '1'`
    },
  }
}

/** In either engine staged columns have other names, or the target's. */
function markName(columns: readonly string[]): string {
  let name = 'lost'
  while (columns.some((column) => column.toLowerCase() === name)) name += '_'
  return name
}

interface MatchedBase {
  readonly table: MergeTable
  readonly matching: Matching
  readonly rows: Sql
}

/** Base rows with what they are: new rows of the archive by their match, the others by way of the target. */
async function pairRows(state: MergeState, table: MergeTable, claims: Sql, base: MatchedBase): Promise<Sql> {
  const { store } = state
  const place = { table: table.table.target.id }
  const names = knownNames(table)
  const name = `holdall_pairs_${base.table.number}`
  const from = beside(base.table, base.matching.matches === null ? base.matching : { ...base.matching, rule: null }, base.rows)
  const located = names.locator.map((column, index) => sql`${T}.${column} AS ${ident(`l${index}`)}`)
  const pairs = await store.tabulate(
    name,
    sql`SELECT ${S}.${base.table.ordinal} AS ordinal, COALESCE(${T}.${names.theirs}, c.ordinal) AS theirs, ${join(located)}
      FROM ${from} LEFT JOIN ${claims} c ON ${sameLocator(state, table, ident('c'), T, names.locator)} WHERE ${isFound(base.table)}`,
    place,
  )
  await store.index(name, [ident('theirs')])
  return pairs
}

async function claimedRows({ store }: MergeState, table: MergeTable, matching: Matching): Promise<Sql> {
  if (matching.matches !== null) return matching.matches
  const located = table.locator.map((column, index) => sql`${T}.${column} AS ${ident(`l${index}`)}`)
  return store.tabulate(`holdall_claims_${table.number}`, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${join(located)} FROM ${beside(table, matching, table.staged)} WHERE ${isFound(table)}`, {
    table: table.table.target.id,
  })
}
