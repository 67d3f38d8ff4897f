import { ident, join, literal, sql, type Sql } from '../sql.js'
import type { ImportReference } from '../import-table.js'
import { all, any, C, I, S } from './aliases.js'
import { keptKeys } from './kept-keys.js'
import { keyTexts } from './key-texts.js'
import { matchedKeys } from './matched-keys.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { nulledColumns } from './nulled-columns.js'
import { notGone, placed, whole } from './placed-rows.js'
import { presentKeys } from './present-keys.js'

/** How columns of staged rows `s` are read in terms of the target's ids. */
export interface Resolution {
  /** To be put behind `FROM … s`. */
  readonly joins: Sql
  /** References that lead through a map. */
  readonly links: readonly Link[]
  /** References of which it can be told that they lead nowhere. */
  readonly checks: readonly Check[]
  value(column: string): Sql
  /** The column holds a part of a key that has another name in the target. */
  moves(column: string): boolean
}

export interface Link {
  readonly reference: ImportReference
  readonly map: KeyMap
  readonly alias: Sql
  /** To be put behind `FROM … s` for this reference alone. */
  readonly join: Sql
  /** The row `s` refers by it: no NULL in its columns, and the type column says so. */
  readonly applies: Sql
  /** It does, by a key that is not in the map. */
  readonly lost: Sql
}

export type Check = Pick<Link, 'reference' | 'join' | 'lost'>

export interface ResolutionOptions {
  /** Maps that are being made, which a key that leads back to itself must not wait for. */
  readonly visiting?: ReadonlySet<string>
  /** Tables in whose place a key that is in none of their maps is read as NULL. */
  readonly strict?: ReadonlySet<string>
  /** Rows that refer to nothing are dealt with as the import was told to. */
  readonly checked?: boolean
  /** Keys are wanted as the target has them before the import, so that rows can be found by them. */
  readonly before?: boolean
}

export async function resolution(state: MergeState, table: MergeTable, wanted: readonly string[], { visiting = new Set(), strict = new Set(), checked = false, before = false }: ResolutionOptions = {}): Promise<Resolution> {
  const { mode } = state.unresolved
  const links: Link[] = []
  const present: Link[] = []
  const candidates = table.table.references
    .filter(({ place, columns }) => place.kind === 'columns' && columns.some((name) => wanted.includes(name)))
    // A single column says more of itself than a composite key that shares it.
    .toSorted((one, other) => one.columns.length - other.columns.length)
  for (const reference of candidates) {
    const parent = state.tables.get(reference.parent)
    if (parent === undefined) continue
    const after = await keyMap(state, parent, reference.parentColumns, visiting)
    const map = before ? await matchedKeys(state, parent, reference.parentColumns, after) : after
    if (map !== null) links.push(await linkOf(state, { table, parent, reference }, map, ident(`r${links.length}`)))
    // The database itself finds keys that lead nowhere, but only at the end.
    if (checked && reference.optional !== true && (mode === 'null' || mode === 'skip') && map?.foreign !== true) {
      present.push(await linkOf(state, { table, parent, reference }, await presentKeys(state, parent, reference.parentColumns), ident(`p${present.length}`)))
    }
  }
  const ids = state.ids.get(table.table.target.id)
  const { surrogates } = table.table.identity
  const given = ids === undefined || !wanted.some((name) => surrogates.includes(name)) ? null : ids
  const copies = state.copies.get(table.table.target.id)
  const moved = copies === undefined || !wanted.some((name) => copies.moving.includes(name)) ? null : copies
  const besides = (other: Sql | undefined, alias: Sql): Sql => (other === undefined ? sql`` : sql` LEFT JOIN ${other} ${alias} ON ${alias}.ordinal = ${S}.${table.ordinal}`)
  const checks = [...links.filter(({ map, reference }) => map.foreign && reference.optional !== true), ...present]
  return {
    joins: sql`${besides(given ?? undefined, I)}${besides(moved?.sql, C)}${join([...links, ...present].map((link) => link.join), '')}`,
    links,
    checks,
    moves: (name) => links.some((link) => leads(link, name)),
    value: (name) => {
      const at = moved === null ? -1 : moved.moving.indexOf(name)
      const value = at < 0 ? settled(name) : sql`COALESCE(${C}.${ident(`v${at}`)}, ${settled(name)})`
      const nulled = checked && mode === 'null' ? checks.filter(({ reference }) => nulledColumns(table, reference).includes(name)) : []
      return nulled.length === 0 ? value : sql`CASE WHEN ${any(nulled.map(({ lost }) => lost))} THEN NULL ELSE ${value} END`
    },
  }

  /** By the ids that were given and the references, before any copy is made. */
  function settled(name: string): Sql {
    const own = sql`${S}.${table.column(name)}`
    const at = surrogates.indexOf(name)
    if (at >= 0 && given !== null) return state.outside === 'nothing' ? sql`${I}.${ident(`n${at}`)}` : sql`COALESCE(${I}.${ident(`n${at}`)}, ${own})`
    const through = links.filter((link) => leads(link, name))
    if (through.length === 0) return own
    const values = through.map(({ reference, alias }) => table.value(name, sql`${alias}.${ident(`n${reference.columns.indexOf(name)}`)}`))
    const due = through.filter(({ reference }) => reference.optional !== true)
    const nowhere = state.outside === 'nothing' ? due.map(({ applies: refers }) => refers) : due.flatMap(({ reference, map, lost }) => (map.foreign && strict.has(reference.parent) ? [lost] : []))
    return sql`COALESCE(${join([...values, nowhere.length === 0 ? own : sql`CASE WHEN ${any(nowhere)} THEN NULL ELSE ${own} END`])})`
  }
}

/** The column is a part of the reference that has another value in the target; the others stay as they are spelled. */
function leads({ reference, map }: Link, column: string): boolean {
  return map.moving[reference.columns.indexOf(column)] === true
}

interface Sides {
  readonly table: MergeTable
  readonly parent: MergeTable
  readonly reference: ImportReference
}

async function linkOf(state: MergeState, { table, parent, reference }: Sides, map: KeyMap, alias: Sql): Promise<Link> {
  const { store } = state
  const condition = applies(state, table, reference)
  // Columns of a declared foreign key have types that compare; what a profile names may be a number in a text.
  const declared = reference.name !== null
  const columns = new Map(table.table.columns.map(({ target }) => [target.name, target]))
  const meets = reference.columns.map((name, index) => {
    const own = sql`${S}.${table.column(name)}`
    const column = columns.get(name)
    if (!declared || column === undefined) return sql`${alias}.${ident(`k${index}`)} = ${store.asText(own)}`
    return parent.meets(reference.parentColumns[index] ?? '', sql`${alias}.${ident(`o${index}`)}`, column, own)
  })
  return {
    reference,
    map,
    alias,
    applies: condition,
    join: sql` LEFT JOIN ${declared ? map.sql : await keyTexts(state, map)} ${alias} ON ${all([...meets, ...(reference.when === null ? [] : [condition])])}`,
    lost: sql`(${condition} AND ${alias}.${ident(declared ? 'o0' : 'k0')} IS NULL)`,
  }
}

export function applies({ store }: MergeState, table: MergeTable, { columns, when }: ImportReference): Sql {
  const filled = whole(table, columns)
  return all(when === null ? filled : [...filled, sql`${store.asText(sql`${S}.${table.column(when.column)}`)} = ${literal(when.value)}`])
}

/**
 * The map from a table's keys in the archive to its keys in the target, made once. Null where both are the same by nature: no
 * column of the key is a surrogate or leads to one.
 */
export async function keyMap(state: MergeState, table: MergeTable, columns: readonly string[], visiting: ReadonlySet<string> = new Set()): Promise<KeyMap | null> {
  const { id } = table.table.target
  const name = JSON.stringify([id, columns])
  const known = state.keyMaps.get(name)
  if (known !== undefined || visiting.has(name)) return known ?? null
  const ids = state.ids.get(id)
  const foreign = ids !== undefined && columns.some((column) => table.table.identity.surrogates.includes(column))
  const references = await resolution(state, table, columns, { visiting: new Set([...visiting, name]) })
  const moved = state.copies.get(id)?.moving.some((column) => columns.includes(column)) === true
  const { surrogates } = table.table.identity
  const numbers = columns.length === surrogates.length && columns.every((column, index) => column === surrogates[index]) ? state.idMaps.get(id) : undefined
  if (numbers !== undefined && references.links.length === 0 && !moved && table.isKey(columns)) {
    state.keyMaps.set(name, numbers)
    return numbers
  }
  const map = foreign || moved || references.links.length > 0 ? await makeMap(state, table, columns, foreign, references) : await keptKeys(state, table, columns)
  state.keyMaps.set(name, map)
  return map
}

async function makeMap(state: MergeState, table: MergeTable, columns: readonly string[], foreign: boolean, references: Resolution): Promise<KeyMap> {
  const name = `holdall_keys_${table.number}_${(state.made.count += 1)}`
  const old = columns.map((column, index) => sql`${S}.${table.column(column)} AS ${ident(`o${index}`)}`)
  const fresh = columns.map((column, index) => sql`${references.value(column)} AS ${ident(`n${index}`)}`)
  const known = state.outside === 'nothing' ? [] : foreign ? [sql`${I}.ordinal IS NOT NULL`, ...notGone(state, table)] : placed(state, table)
  const rows = sql`SELECT ${join([sql`${S}.${table.ordinal} AS ordinal`, ...old, ...fresh])} FROM ${table.staged} ${S}${references.joins} WHERE ${all([...whole(table, columns), ...known])}`
  const made = await state.store.tabulate(name, table.isKey(columns) ? rows : firstOf(rows, columns.length), { table: table.table.target.id })
  await state.store.index(name, columns.map((_, index) => ident(`o${index}`)))
  // A key that holds a foreign one is itself foreign.
  const { surrogates } = table.table.identity
  const copied = state.copies.get(table.table.target.id)?.moving ?? []
  const moving = columns.map((column) => surrogates.includes(column) || copied.includes(column) || references.moves(column))
  return { sql: made, columns: columns.length, moving, foreign: foreign || references.links.some(({ map }) => map.foreign) }
}

/** Every key once: what refers to several rows alike refers to the first of them. */
function firstOf(rows: Sql, columns: number): Sql {
  const keys = Array.from({ length: columns }, (_, index) => ident(`o${index}`))
  const values = keys.map((_, index) => ident(`n${index}`))
  return sql`SELECT ordinal, ${join([...keys, ...values])} FROM (SELECT x.*, row_number() OVER (PARTITION BY ${join(keys)} ORDER BY ordinal) AS nth FROM (${rows}) x) y WHERE nth = 1`
}
