import { HoldallError } from '../../errors/holdall-error.js'
import { present } from '../../errors/present.js'
import { texts } from '../texts.js'
import type { Column } from '../../schema/schema.js'
import { ident, join, sql, verbatim, type Sql } from '../sql.js'
import { isFound, S, T } from './aliases.js'
import { beside } from './beside.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/**
 * Notes the final surrogates of every row that has or will have a place in the target: those of the row it is, its own where they
 * are free, else numbers above all that either side knows.
 * @throws ROW_REFUSED when the column cannot hold as many
 */
export async function giveIds(state: MergeState, table: MergeTable, matching: Matching): Promise<void> {
  const { surrogates } = table.table.identity
  if (surrogates.length === 0 || (matching.rule === null && matching.matches === null)) return
  if (state.outside === 'nothing') return takeIds(state, table, matching, -1)
  const { store } = state
  const found = isFound(table)
  const taken = (name: string): Sql =>
    sql`CASE WHEN ${found} THEN 0 WHEN ${S}.${table.column(name)} IS NULL OR EXISTS (SELECT 1 FROM ${table.target} u WHERE ${table.equal(name, S, ident('u'))}) THEN 1 ELSE 0 END`
  const columns = surrogates.flatMap((name, index) => [
    sql`${S}.${table.column(name)} AS ${ident(`o${index}`)}`,
    sql`CASE WHEN ${found} THEN ${T}.${ident(name)} ELSE ${S}.${table.column(name)} END AS ${ident(`n${index}`)}`,
    sql`${taken(name)} AS ${ident(`taken${index}`)}`,
  ])
  const name = `holdall_ids_${table.number}_${(state.made.count += 1)}`
  const ids = await store.tabulateRows(
    name,
    sql`SELECT ${S}.${table.ordinal} AS ordinal, ${join(columns)} FROM ${stagedBeside(table, matching)} WHERE ${found}${table.table.role === 'referred' ? sql`` : sql` OR NOT ${S}.${table.stub}`}`,
    { table: table.table.target.id },
  )
  for (const [index, surrogate] of surrogates.entries()) await giveNumbers(state, table, { surrogate, ids, given: ident(`n${index}`), taken: ident(`taken${index}`) })
  const { id } = table.table.target
  state.ids.set(id, ids)
  const referred = [...state.tables.values()].some((other) => other.table.references.some(({ parent, parentColumns }) => parent === id && sameNames(parentColumns, surrogates)))
  // Where keys of rows that are left out are taken out of the maps, the ids of these rows stay.
  if (!referred || state.unresolved.mode === 'skip') return
  await store.index(name, surrogates.map((_, index) => ident(`o${index}`)))
  state.idMaps.set(id, { sql: ids, columns: surrogates.length, moving: surrogates.map(() => true), foreign: true })
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index])
}

/** The surrogates of the rows matched so far, and of no other. */
export async function takeIds({ store, ids }: MergeState, table: MergeTable, matching: Matching, round: number): Promise<void> {
  const { surrogates } = table.table.identity
  if (surrogates.length === 0) return
  const columns = surrogates.map((name, index) => sql`${T}.${ident(name)} AS ${ident(`n${index}`)}`)
  const name = `holdall_taken_${table.number}_${round}`
  ids.set(table.table.target.id, await store.tabulateRows(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${join(columns)} FROM ${stagedBeside(table, matching)} WHERE ${isFound(table)}`, { table: table.table.target.id }))
}

/** The rule may compare references, which the staging table has in terms of the archive: there only the matches tell. */
function stagedBeside(table: MergeTable, matching: Matching): Sql {
  return beside(table, matching.matches === null ? matching : { ...matching, rule: null }, table.staged)
}

async function giveNumbers(state: MergeState, table: MergeTable, { surrogate, ids, given, taken }: { surrogate: string; ids: Sql; given: Sql; taken: Sql }): Promise<void> {
  const { store } = state
  const place = { table: table.table.target.id, column: surrogate }
  const [counted] = await store.rows(sql`SELECT count(*) FROM ${ids} WHERE ${taken} = 1`, place)
  const needed = BigInt(texts(counted, 1)[0])
  if (needed === 0n) return
  const column = present(table.table.target.columns.find(({ name }) => name === surrogate))
  const most = highestNumber(column)
  if (most === null) {
    throw new HoldallError('CONFLICT', { store: store.name, ...place, message: `${needed} new rows have a key that other rows of the target hold, and no new key can be made for a ${column.type.declared} column`, hint: 'Match the table by this column with --match, or change the keys in the source.' })
  }
  const from = await highestKnown(state, table, surrogate)
  if (from + needed > most) {
    throw new HoldallError('ROW_REFUSED', { store: store.name, ...place, message: `${needed} new rows need an id above ${from}, and the column ends at ${most}`, hint: 'Widen the column, or lower the highest id.' })
  }
  const numbered = sql`(SELECT ordinal, row_number() OVER (ORDER BY ordinal) AS n FROM ${ids} WHERE ${taken} = 1) x`
  await store.run(sql`UPDATE ${ids} AS w SET ${given} = ${table.value(surrogate, sql`x.n + ${verbatim(String(from))}`)} FROM ${numbered} WHERE x.ordinal = w.ordinal`, place)
}

const LIMITS: Readonly<Record<string, bigint>> = { smallint: 2n ** 15n - 1n, integer: 2n ** 31n - 1n, bigint: 2n ** 63n - 1n }

/** Null for a column that does not hold whole numbers. */
export function highestNumber({ type }: Column): bigint | null {
  if (type.dynamic) return /int/i.test(type.declared) ? 2n ** 63n - 1n : null
  if (type.encoding.family === 'decimal') return 10n ** 15n
  return type.encoding.family === 'integer' ? (LIMITS[type.declared] ?? 2n ** 63n - 1n) : null
}

/** The highest number of a column that either side holds, that was given to a row, or that the target's sequence handed out. */
export async function highestKnown({ store, ids, copies }: MergeState, table: MergeTable, column: string): Promise<bigint> {
  const id = table.table.target.id
  const sources = [sql`SELECT max(${T}.${ident(column)}) FROM ${table.target} ${T}`, sql`SELECT max(${S}.${table.column(column)}) FROM ${table.staged} ${S}`]
  const given = ids.get(id)
  const at = table.table.identity.surrogates.indexOf(column)
  if (given !== undefined && at >= 0) sources.push(sql`SELECT max(${ident(`n${at}`)}) FROM ${given}`)
  const copied = copies.get(id)
  const moving = copied?.moving.indexOf(column) ?? -1
  if (copied !== undefined && moving >= 0) sources.push(sql`SELECT max(${ident(`v${moving}`)}) FROM ${copied.sql}`)
  const found = await store.rows(join(sources, ' UNION ALL '), { table: id, column })
  const known = [...found.map(([value]) => (typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : 0n)), table.lastGiven(column) ?? 0n]
  return known.reduce((most, each) => (each > most ? each : most), 0n)
}
