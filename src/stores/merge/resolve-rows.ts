import { HoldallError } from '../../errors/holdall-error.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { all, S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { resolution, type Link, type Resolution } from './resolution.js'

const SHOWN = 5

/**
 * The staged rows without stubs in terms of the target's ids, for FROM; the staging table itself where nothing moves.
 * `among`: a condition on `s`, when only some rows are wanted.
 * @throws REFERENCE_UNRESOLVED naming the rows
 */
export async function resolveRows(state: MergeState, table: MergeTable, among?: Sql): Promise<Sql> {
  const columns = table.table.columns.map(({ target }) => target.name)
  const references = await resolution(state, table, columns)
  for (const link of references.links) if (link.map.foreign) await refuseUnresolved(state, table, references, link)
  const wanted = all([sql`NOT ${S}.${table.stub}`, ...(among === undefined ? [] : [among])])
  if (references.joins.text === '') return table.stubs === 0 && among === undefined ? table.staged : sql`(SELECT * FROM ${table.staged} ${S} WHERE ${wanted})`
  const values = [table.ordinal, table.stub].map((name) => sql`${S}.${name} AS ${name}`)
  for (const name of columns) values.push(sql`${references.value(name)} AS ${table.column(name)}`)
  return state.store.tabulate(`holdall_resolved_${table.number}_${(state.made.count += 1)}`, sql`SELECT ${join(values)} FROM ${table.staged} ${S}${references.joins} WHERE ${wanted}`, {
    table: table.table.target.id,
  })
}

async function refuseUnresolved({ store }: MergeState, table: MergeTable, references: Resolution, { reference, alias, applies }: Link): Promise<void> {
  const lost = sql`FROM ${table.staged} ${S}${references.joins} WHERE ${all([sql`NOT ${S}.${table.stub}`, applies, sql`${alias}.${ident('o0')} IS NULL`])}`
  const place = { table: table.table.target.id }
  const shown = await store.rows(sql`SELECT ${S}.${table.ordinal}, ${table.keyText(reference.columns, S)} ${lost} ORDER BY 1 LIMIT ${SHOWN}`, place)
  const [first] = shown
  if (first === undefined) return
  const [counted] = await store.rows(sql`SELECT count(*) ${lost}`, place)
  const count = Number(counted?.[0])
  throw new HoldallError('REFERENCE_UNRESOLVED', {
    store: store.name,
    ...place,
    column: reference.columns.join(', '),
    row: Number(first[0]),
    message: `${count === 1 ? '1 row refers' : `${count} rows refer`} to a row of ${reference.parent} that is neither in the archive nor in the target`,
    details: shown.map(([row, key]) => `row ${row ?? ''}: ${key ?? ''}`),
  })
}
