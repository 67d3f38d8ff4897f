import { present } from '../../errors/present.js'
import type { ImportReference, Reason, RowClass } from '../import-table.js'
import { ident, join, literal, sql, verbatim, type Sql } from '../sql.js'
import { all, S } from './aliases.js'
import { ACTION, type JudgedTable } from './judged-table.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** A row that cannot be taken, found while rows were staged or written. */
export interface BadRow {
  /** Its place in the archive, from 1. */
  readonly row: number
  readonly reason: Reason
  /** Of the error catalogue, and what happened. */
  readonly code: string
  readonly message: string
}

const AT_ONCE = 500

/** Leaves rows out of a judged table that cannot be written, and with them what refers to new ones among them, in all tables. */
export async function rejectRows(state: MergeState, table: MergeTable, bad: readonly BadRow[]): Promise<void> {
  const list = await rejectList(state, table)
  for (let from = 0; from < bad.length; from += AT_ONCE) {
    const values = bad.slice(from, from + AT_ONCE).map(({ row, reason, code, message }) => sql`(${verbatim(String(row))}, ${literal(reason)}, ${literal(code)}, ${literal(message)})`)
    await state.store.run(sql`INSERT INTO ${list} VALUES ${join(values)}`)
  }
  await cascade(state, table)
}

/** Conflicts become rows that are left out, where an import is to go on past them. */
export async function rejectConflicts(state: MergeState, table: MergeTable, messages: Readonly<Record<Reason, string>>): Promise<void> {
  const judged = state.judged.get(table.table.target.id)
  if (judged === undefined) return
  const message = sql`CASE v.reason ${join(Object.entries(messages).map(([reason, text]) => sql`WHEN ${literal(reason)} THEN ${literal(text)}`), ' ')} END`
  const code = sql`CASE WHEN v.reason IN ('ambiguous', 'identity-null') THEN 'AMBIGUOUS' ELSE 'CONFLICT' END`
  const list = await rejectList(state, table)
  const conflicts = sql`FROM ${judged.verdicts} v WHERE v.class = ${literal('conflicting' satisfies RowClass)}`
  if ((await state.store.run(sql`INSERT INTO ${list} SELECT v.ordinal, v.reason, ${code}, ${message} ${conflicts} AND v.ordinal IS NOT NULL`)) > 0) await cascade(state, table)
  // A row that the archive lacks stays as it is.
  await state.store.run(sql`DELETE FROM ${judged.verdicts} WHERE class = ${literal('conflicting')} AND ordinal IS NULL`)
}

/** The temporary table of a table's rejected rows: `ordinal`, `reason`, `code`, `message`. */
async function rejectList({ store, rejects }: MergeState, table: MergeTable): Promise<Sql> {
  const id = table.table.target.id
  const known = rejects.get(id)
  if (known !== undefined) return known
  const name = `holdall_rejects_${table.number}`
  const text = store.asText(sql`''`)
  const made = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${text} AS reason, ${text} AS code, ${text} AS message FROM ${table.staged} ${S} WHERE 1 = 0`)
  await store.index(name, [ident('ordinal')])
  rejects.set(id, made)
  return made
}

/** To be called when a table is judged: gives verdicts on its rows that were rejected before. */
export async function rejectListed(state: MergeState, table: MergeTable): Promise<void> {
  if (state.rejects.has(table.table.target.id)) await cascade(state, table)
}

/** Marks what is on the list, and puts on their lists the rows that refer to new ones among it, until there are no more. */
async function cascade(state: MergeState, first: MergeTable): Promise<void> {
  for (let open: readonly MergeTable[] = [first]; open.length > 0; ) {
    const lost = new Map<MergeTable, Sql>()
    for (const table of open) {
      const gone = await markRejected(state, table)
      if (gone !== null) lost.set(table, gone)
    }
    const reached: MergeTable[] = []
    for (const child of state.tables.values()) {
      for (const [parent, gone] of lost) if (state.judged.has(child.table.target.id) && (await listReferring(state, child, parent, gone))) reached.push(child)
    }
    open = [...new Set(reached)]
  }
}

/** Gives verdicts on rows of the list; the ordinals of those that would have been new, or null where there are none. */
async function markRejected(state: MergeState, table: MergeTable): Promise<Sql | null> {
  const { store, made } = state
  const id = table.table.target.id
  const judged = state.judged.get(id)
  const list = state.rejects.get(id)
  if (judged === undefined || list === undefined) return null
  const listed = sql`ordinal IN (SELECT ordinal FROM ${list})`
  const gone = await store.tabulate(`holdall_lost_${table.number}_${(made.count += 1)}`, sql`SELECT ordinal FROM ${judged.verdicts} WHERE ${listed} AND action = ${literal(ACTION.insert)}`)
  const reason = sql`(SELECT min(r.reason) FROM ${list} r WHERE r.ordinal = w.ordinal)`
  await store.run(sql`UPDATE ${judged.verdicts} AS w SET class = ${literal('rejected' satisfies RowClass)}, action = ${literal(ACTION.none)}, reason = ${reason} WHERE w.${listed} AND w.class <> ${literal('rejected')}`)
  // Rows that could not even be staged have no verdict yet.
  await store.run(sql`INSERT INTO ${judged.verdicts} (ordinal, class, action, reason) SELECT ordinal, ${literal('rejected')}, ${literal(ACTION.none)}, min(reason) FROM ${list} WHERE ordinal NOT IN (SELECT v.ordinal FROM ${judged.verdicts} v WHERE v.ordinal IS NOT NULL) GROUP BY ordinal`)
  state.judged.set(id, await recounted(state, judged))
  return (await store.rows(sql`SELECT 1 FROM ${gone} LIMIT 1`)).length === 0 ? null : gone
}

async function recounted({ store }: MergeState, judged: JudgedTable): Promise<JudgedTable> {
  const counts = new Map((await store.rows(sql`SELECT action, count(*) FROM ${judged.verdicts} GROUP BY action`)).map(([action, count]) => [action, Number(count)]))
  return { ...judged, inserts: counts.get(ACTION.insert) ?? 0, updates: counts.get(ACTION.update) ?? 0, deletes: counts.get(ACTION.delete) ?? 0 }
}

/** Puts rows on the child's list that are to be written and refer to lost rows of the parent. Says whether there were any. */
async function listReferring(state: MergeState, child: MergeTable, parent: MergeTable, gone: Sql): Promise<boolean> {
  const { store } = state
  const judged = state.judged.get(child.table.target.id)
  if (judged === undefined) return false
  let found = 0
  for (const reference of child.table.references) {
    if (reference.parent !== parent.table.target.id || reference.optional === true) continue
    const rows = referringRows(state, { child, parent, reference }, gone)
    const list = await rejectList(state, child)
    const message = `it refers to a row of ${parent.table.target.id} that was rejected`
    found += await store.run(
      sql`INSERT INTO ${list} SELECT DISTINCT x.ordinal, ${literal('unresolved')}, ${literal('REFERENCE_UNRESOLVED')}, ${literal(message)}
        FROM (${rows}) x JOIN ${judged.verdicts} v ON v.ordinal = x.ordinal AND v.action IN (${literal(ACTION.insert)}, ${literal(ACTION.update)})
        WHERE NOT EXISTS (SELECT 1 FROM ${list} r WHERE r.ordinal = x.ordinal)`,
    )
  }
  return found > 0
}

interface Sides {
  readonly child: MergeTable
  readonly parent: MergeTable
  readonly reference: ImportReference
}

/** The ordinals of the child's rows that refer to rows `gone` of the parent. */
function referringRows({ store, unresolved }: MergeState, { child, parent, reference }: Sides, gone: Sql): Sql {
  const { columns, parentColumns, place, when } = reference
  const [P, L] = [ident('p'), ident('l')]
  const key = (index: number): Sql => store.asText(sql`${P}.${parent.column(present(parentColumns[index]))}`)
  const lost = sql`${gone} g JOIN ${parent.staged} ${P} ON ${P}.${parent.ordinal} = g.ordinal`
  if (place.kind !== 'columns') {
    const inner = unresolved.inner.get(child.table.target.id)?.find((each) => each.reference === reference)
    if (inner === undefined) return sql`SELECT g.ordinal AS ordinal FROM ${gone} g WHERE 1 = 0`
    return sql`SELECT ${L}.ordinal AS ordinal FROM ${lost} JOIN ${inner.keys} ${L} ON ${L}.key = ${key(0)}`
  }
  const meets = columns.map((name, index) => sql`${key(index)} = ${store.asText(sql`${S}.${child.column(name)}`)}`)
  const applies = when === null ? [] : [sql`${store.asText(sql`${S}.${child.column(when.column)}`)} = ${literal(when.value)}`]
  return sql`SELECT ${S}.${child.ordinal} AS ordinal FROM ${lost} JOIN ${child.staged} ${S} ON ${all([...meets, ...applies])}`
}
