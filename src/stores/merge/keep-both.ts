import { ident, join, literal, sql, verbatim, type Sql } from '../sql.js'
import { all, any, C, isFound, S } from './aliases.js'
import { beside } from './beside.js'
import { marked, rowsOfLevel, startCopying, type Copying } from './copying.js'
import { findCopies, rematch } from './find-copies.js'
import { highestKnown } from './give-ids.js'
import { ACTION } from './judged-table.js'
import { COPY, type Copies, type MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { sameRow } from './same-row.js'

/**
 * Sets the rows that differ beside those of the target that they are. What refers to such a row in the archive follows the copy,
 * and may differ only for that; so rows are looked at once all they refer to is settled, and those of a cycle together.
 * Tables of one cycle are worked on at once.
 */
export async function keepBoth(state: MergeState, tables: readonly MergeTable[]): Promise<void> {
  const copying: Copying[] = []
  for (const table of tables) {
    const started = await startCopying(state, table)
    if (started !== null) copying.push(started)
  }
  const settled = new Map<string, Sql>()
  for (const { table } of copying) {
    const name = `holdall_settled_${table.number}`
    settled.set(table.table.target.id, await state.store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal FROM ${table.staged} ${S} WHERE 1 = 0`))
    await state.store.index(name, [ident('ordinal')])
  }
  for (;;) {
    const ready = await levels(state, copying, settled, true)
    const level = ready.length > 0 ? ready : await levels(state, copying, settled, false)
    if (level.length === 0) return
    await copyLevel(state, level, ready.length === 0)
    for (const [{ table }, rows] of level) await state.store.run(sql`INSERT INTO ${settled.get(table.table.target.id) ?? rows} SELECT ordinal FROM ${rows}`)
  }
}

type Level = readonly (readonly [Copying, Sql])[]

/** Rows that are not settled yet; `ready`: only those all of whose references lead to settled rows. */
async function levels(state: MergeState, copying: readonly Copying[], settled: ReadonlyMap<string, Sql>, ready: boolean): Promise<Level> {
  const { store, made } = state
  const found: (readonly [Copying, Sql])[] = []
  for (const each of copying) {
    const { table } = each
    const { ordinal } = table
    const done = settled.get(table.table.target.id) ?? table.staged
    const waiting: Sql[] = []
    for (const { columns, parent, parentColumns, place } of ready ? table.table.references : []) {
      const other = copying.find((one) => one.table.table.target.id === parent)?.table
      const open = other === undefined || place.kind !== 'columns' ? null : await openKeys(state, other, parentColumns, settled.get(parent) ?? other.staged)
      if (open === null || other === undefined) continue
      const P = ident('p')
      const meets = columns.map((name, index) => sql`${P}.${ident(`k${index}`)} = ${store.asText(sql`${S}.${table.column(name)}`)}`)
      waiting.push(sql`EXISTS (SELECT 1 FROM ${open} ${P} WHERE ${all([...meets, ...(other === table ? [sql`${P}.ordinal <> ${S}.${ordinal}`] : [])])})`)
    }
    const name = `holdall_level_${table.number}_${(made.count += 1)}`
    const level = await store.tabulate(
      name,
      sql`SELECT ${S}.${ordinal} AS ordinal FROM ${table.staged} ${S} WHERE NOT ${S}.${table.stub} AND NOT EXISTS (SELECT 1 FROM ${done} f WHERE f.ordinal = ${S}.${ordinal}) AND NOT ${any(waiting)}`,
    )
    await store.index(name, [ident('ordinal')])
    if ((await store.rows(sql`SELECT 1 FROM ${level} LIMIT 1`)).length > 0) found.push([each, level])
  }
  return found
}

/** The keys, as texts, of rows that are not settled. */
async function openKeys({ store, made }: MergeState, table: MergeTable, columns: readonly string[], settled: Sql): Promise<Sql> {
  const name = `holdall_open_${table.number}_${(made.count += 1)}`
  const keys = columns.map((column, index) => sql`${store.asText(sql`${S}.${table.column(column)}`)} AS ${ident(`k${index}`)}`)
  const open = await store.tabulate(
    name,
    sql`SELECT ${join([sql`${S}.${table.ordinal} AS ordinal`, ...keys])} FROM ${table.staged} ${S} WHERE NOT ${S}.${table.stub} AND NOT EXISTS (SELECT 1 FROM ${settled} d WHERE d.ordinal = ${S}.${table.ordinal})`,
  )
  await store.index(name, columns.map((_, index) => ident(`k${index}`)))
  return open
}

/** `cycle`: rows of the level refer to each other, so it goes round until nothing more is found. */
async function copyLevel(state: MergeState, level: Level, cycle: boolean): Promise<void> {
  for (let moved = true; moved; ) {
    moved = false
    for (const [copying, rows] of level) {
      await rematch(state, copying, rows)
      if (await copyDiffering(state, copying, rows)) moved = true
    }
    if (moved && cycle) continue
    for (const [copying, rows] of level) if ((await findCopies(state, copying, rows, cycle)) && cycle) moved = true
    if (!cycle) return
  }
}

/** Makes copies of the rows that are matched and differ; says whether there were any. */
async function copyDiffering(state: MergeState, copying: Copying, level: Sql): Promise<boolean> {
  const { table, plan, copies, matches } = copying
  const { store } = state
  const rows = await rowsOfLevel(state, copying, level)
  const differing = sql`FROM ${beside(table, { rule: null, matches, odd: null }, rows)} LEFT JOIN ${copies.sql} ${C} ON ${C}.ordinal = ${S}.${table.ordinal} WHERE ${isFound(table)} AND ${C}.ordinal IS NULL AND NOT ${sameRow(table)}`
  if ((await store.rows(sql`SELECT 1 ${differing} LIMIT 1`)).length === 0) return false
  // A key that holds references may be free by what they lead to now; any other row is marked at once.
  const first = plan.mayBeFree ? 0 : 1
  const values: Sql[] = []
  for (const { column, kind } of plan.fresh) {
    const number = async (): Promise<Sql> => sql`${verbatim(String(await highestKnown(state, table, column)))} + row_number() OVER (ORDER BY ${S}.${table.ordinal})`
    values.push(table.value(column, kind === 'uuid' ? store.randomUuid : await number()))
  }
  for (const column of plan.marks) values.push(marked(table, column, sql`${first}`))
  await store.run(sql`INSERT INTO ${copies.sql} SELECT ${join([sql`${S}.${table.ordinal}`, sql`${first}`, sql`${COPY.fresh}`, ...values])} ${differing}`, { table: table.table.target.id })
  return true
}

/** Verdicts on copies: inserted beside the row they differ from, there already, or in want of a key. */
export async function judgeCopies({ store }: MergeState, verdicts: Sql, copies: Copies): Promise<void> {
  const add = async (kind: string, action: string, reason: Sql, state: number): Promise<void> => {
    await store.run(sql`INSERT INTO ${verdicts} (ordinal, class, action, reason) SELECT ordinal, ${literal(kind)}, ${literal(action)}, ${reason} FROM ${copies.sql} WHERE state = ${state}`)
  }
  await store.run(sql`DELETE FROM ${verdicts} WHERE ordinal IN (SELECT ordinal FROM ${copies.sql})`)
  await add('new', ACTION.insert, sql`NULL`, COPY.fresh)
  await add('conflicting', ACTION.none, literal('key-taken'), COPY.impossible)
}
