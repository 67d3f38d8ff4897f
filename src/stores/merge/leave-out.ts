import { present } from '../../errors/present.js'
import { ident, literal, sql, type Sql } from '../sql.js'
import type { Reason, RowClass } from '../import-table.js'
import { all, S } from './aliases.js'
import { ACTION } from './judged-table.js'
import { innerKeys } from './inner-keys.js'
import { keyTexts } from './key-texts.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { matched, notLeftOut } from './placed-rows.js'
import { resolution } from './resolution.js'

/**
 * Finds the rows that are to be left out because they refer to nothing, and those that refer to new ones among them, and so on,
 * before any table is judged: cycles have no order. A row that is in the target stays there, so what refers to it is well.
 */
export async function leaveOutUnresolved(state: MergeState): Promise<void> {
  const written = [...state.tables.values()].filter(({ table }) => table.role === 'written' && table.references.some(({ parent }) => state.tables.has(parent)))
  for (const table of written) {
    await createLists(state, table)
    state.unresolved.inner.set(table.table.target.id, await innerKeys(state, table))
  }
  for (let open: readonly MergeTable[] = written; open.length > 0; ) {
    const gone = new Set<string>()
    for (const table of open) {
      const found = (await leaveOutByColumns(state, table)) + (await leaveOutByInner(state, table))
      if (found > 0 && (await loseKeys(state, table))) gone.add(table.table.target.id)
    }
    open = written.filter(({ table }) => table.references.some(({ parent }) => gone.has(parent)))
  }
}

async function createLists({ store, unresolved }: MergeState, table: MergeTable): Promise<void> {
  const id = table.table.target.id
  const none = sql`FROM ${table.staged} ${S} WHERE 1 = 0`
  const [leftOut, gone] = [`holdall_left_${table.number}`, `holdall_gone_${table.number}`]
  unresolved.leftOut.set(id, await store.tabulate(leftOut, sql`SELECT ${S}.${table.ordinal} AS ordinal, 0 AS reference, ${store.asText(sql`''`)} AS key ${none}`))
  unresolved.gone.set(id, await store.tabulate(gone, sql`SELECT ${S}.${table.ordinal} AS ordinal ${none}`))
  await store.index(leftOut, [ident('ordinal')])
  await store.index(gone, [ident('ordinal')])
}

async function leaveOutByColumns(state: MergeState, table: MergeTable): Promise<number> {
  const { checks } = await resolution(state, table, table.table.columns.map(({ target }) => target.name), { checked: true })
  let found = 0
  for (const { reference, join: joined, lost } of checks) {
    const rows = sql`FROM ${table.staged} ${S}${joined} WHERE ${all([sql`NOT ${S}.${table.stub}`, lost, ...notLeftOut(state, table)])}`
    const key = table.keyText(reference.columns, S)
    found += await add(state, table, sql`SELECT ${S}.${table.ordinal}, ${table.table.references.indexOf(reference)}, ${state.store.asText(key)} ${rows}`)
  }
  return found
}

async function leaveOutByInner(state: MergeState, table: MergeTable): Promise<number> {
  let found = 0
  for (const { reference, map, keys } of state.unresolved.inner.get(table.table.target.id) ?? []) {
    if (reference.optional === true) continue
    const known = await keyTexts(state, map)
    const lost = sql`SELECT l.ordinal, min(l.key) AS key FROM ${keys} l WHERE NOT EXISTS (SELECT 1 FROM ${known} x WHERE x.k0 = l.key) GROUP BY l.ordinal`
    const label = literal(`${reference.columns.join(', ')}=`)
    found += await add(
      state,
      table,
      sql`SELECT ${S}.${table.ordinal}, ${table.table.references.indexOf(reference)}, ${label} || q.key FROM (${lost}) q JOIN ${table.staged} ${S} ON ${S}.${table.ordinal} = q.ordinal WHERE ${all([sql`1 = 1`, ...notLeftOut(state, table)])}`,
    )
  }
  return found
}

async function add({ store, unresolved }: MergeState, table: MergeTable, rows: Sql): Promise<number> {
  const id = table.table.target.id
  return store.run(sql`INSERT INTO ${present(unresolved.leftOut.get(id))} ${rows}`, { table: id })
}

/** Takes the keys of rows that are left out, and not in the target, out of all maps. Says whether there were any. */
async function loseKeys(state: MergeState, table: MergeTable): Promise<boolean> {
  const { store, unresolved, keyMaps } = state
  const id = table.table.target.id
  const [leftOut, gone] = [unresolved.leftOut.get(id), unresolved.gone.get(id)]
  if (leftOut === undefined || gone === undefined) return false
  const here = (list: Sql): Sql => sql`EXISTS (SELECT 1 FROM ${list} w WHERE w.ordinal = ${S}.${table.ordinal})`
  const lost = sql`SELECT ${S}.${table.ordinal} FROM ${table.staged} ${S} WHERE ${here(leftOut)} AND NOT ${here(gone)} AND NOT ${matched(state, table)}`
  if ((await store.run(sql`INSERT INTO ${gone} ${lost}`, { table: id })) === 0) return false
  const maps = [...keyMaps, ...unresolved.present].flatMap(([name, map]) => (map !== null && (JSON.parse(name) as [string])[0] === id ? [map] : []))
  for (const map of maps) {
    for (const each of [map.sql, unresolved.texts.get(map)]) if (each !== undefined) await store.run(sql`DELETE FROM ${each} WHERE ordinal IN (SELECT ordinal FROM ${gone})`)
  }
  return true
}

/** The rows that are left out, as verdicts, whatever else was said of them. */
export async function rejectLeftOut({ store, unresolved }: MergeState, table: MergeTable, verdicts: Sql): Promise<void> {
  const leftOut = unresolved.leftOut.get(table.table.target.id)
  if (leftOut === undefined) return
  const place = { table: table.table.target.id }
  await store.run(sql`DELETE FROM ${verdicts} WHERE ordinal IN (SELECT ordinal FROM ${leftOut})`, place)
  await store.run(sql`INSERT INTO ${verdicts} (ordinal, class, action, reason) SELECT ordinal, ${literal('rejected' satisfies RowClass)}, ${literal(ACTION.none)}, ${literal('unresolved' satisfies Reason)} FROM ${leftOut}`, place)
}
