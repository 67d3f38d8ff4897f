import { HoldallError } from '../../errors/holdall-error.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { locatorNames, locatorOf, M, S, T } from './aliases.js'
import { matchWhole } from './match-whole.js'
import type { IdentityRows } from './match-table.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { comparedColumns } from './same-row.js'

/** True for a table whose rows are told by what they are alike in, and by how many there are. */
export function isAlike({ table }: MergeTable): boolean {
  return table.identity.rules[0]?.alike === true
}

/** All that tells which of several alike rows is meant, but for what refers to the table itself. */
export function alikeColumns({ outside }: Pick<MergeState, 'outside'>, table: MergeTable): readonly string[] {
  const { identity, references, target } = table.table
  const rule = identity.rules[0]?.columns ?? []
  // Of the base only what tells rows apart is known.
  if (outside === 'nothing') return rule
  const own = new Set(references.filter(({ parent }) => parent === target.id).flatMap(({ columns }) => columns))
  return comparedColumns(table).filter((name) => rule.includes(name) || !own.has(name))
}

/**
 * Pairs rows that are alike, the first here with the first there, and so on. Of several the one with the very id goes first, then the one
 * that is the same in all else: so the pairs stay when the import is done again. A row whose id is there, and that
 * nothing else is like, was changed.
 */
export async function matchAlike(state: MergeState, table: MergeTable, { rows }: IdentityRows): Promise<Matching> {
  const { store, made } = state
  const place = { table: table.table.target.id }
  const { rules, surrogates } = table.table.identity
  const rule = rules[0]?.columns ?? []
  const name = `holdall_alike_${table.number}_${(made.count += 1)}`
  const matches = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${table.staged} ${S}, ${table.target} ${T} WHERE 1 = 0`, place)
  await store.index(name, [ident('ordinal')])
  await store.index(name, locatorNames(table))
  const among = sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal})`
  const amongThere = sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`
  const all = alikeColumns(state, table)
  const byId = surrogates.length > 0
  const rounds = [...(byId ? [[...rule, ...surrogates]] : []), ...(all.length > rule.length ? [all] : []), rule, ...(byId ? [surrogates] : [])]
  for (const columns of rounds) {
    const found: Sql = await matchWhole(state, table, { purpose: 'alike', columns, rows, among, amongThere })
    await store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(locatorNames(table))} FROM ${found}`, place)
  }
  return { rule: null, matches, odd: null }
}

/** @throws CONFIG_INVALID for rows of which one can be told only when others of the same tables are */
export function refuseAlikeInCircle(group: readonly MergeTable[]): void {
  const table = group.find(isAlike)?.table
  if (table === undefined) return
  throw new HoldallError('CONFIG_INVALID', {
    message: 'rows that are alike cannot be told by references that lead back to their own table',
    table: table.target.id,
    hint: 'Name columns in alike that refer to other tables, or to none.',
  })
}
