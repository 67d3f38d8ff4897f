import { ident, join, literal, sql, type Sql } from '../sql.js'
import type { ImportReference } from '../import-table.js'
import { all, any, C, I, S } from './aliases.js'
import { keyMap } from './key-map.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** How columns of staged rows `s` are read in terms of the target's ids. */
export interface Resolution {
  /** To be put behind `FROM … s`. */
  readonly joins: Sql
  /** References that lead through a map; `alias` is the map's. */
  readonly links: readonly Link[]
  value(column: string): Sql
}

export interface Link {
  readonly reference: ImportReference
  readonly map: KeyMap
  readonly alias: Sql
  /** The row `s` refers by it: no NULL in its columns, and the type column says so. */
  readonly applies: Sql
}

export interface ResolutionOptions {
  /** Maps that are being made, which a key that leads back to itself must not wait for. */
  readonly visiting?: ReadonlySet<string>
  /** Tables whose rows are not all matched yet: a key that is not in their maps is read as NULL. */
  readonly strict?: ReadonlySet<string>
}

export async function resolution(state: MergeState, table: MergeTable, wanted: readonly string[], { visiting = new Set(), strict = new Set() }: ResolutionOptions = {}): Promise<Resolution> {
  const links: Link[] = []
  const candidates = table.table.references
    .filter(({ place, columns }) => place.kind === 'columns' && columns.some((name) => wanted.includes(name)))
    // A single column says more of itself than a composite key that shares it.
    .toSorted((one, other) => one.columns.length - other.columns.length)
  for (const reference of candidates) {
    const parent = state.tables.get(reference.parent)
    const map = parent === undefined ? null : await keyMap(state, parent, reference.parentColumns, visiting)
    if (map !== null) links.push({ reference, map, alias: ident(`r${links.length}`), applies: applies(state, table, reference) })
  }
  const ids = state.ids.get(table.table.target.id)
  const { surrogates } = table.table.identity
  const given = ids === undefined || !wanted.some((name) => surrogates.includes(name)) ? null : ids
  const copies = state.copies.get(table.table.target.id)
  const moved = copies === undefined || !wanted.some((name) => copies.moving.includes(name)) ? null : copies
  const besides = (other: Sql | undefined, alias: Sql): Sql => (other === undefined ? sql`` : sql` LEFT JOIN ${other} ${alias} ON ${alias}.ordinal = ${S}.${table.ordinal}`)
  return {
    joins: sql`${besides(given ?? undefined, I)}${besides(moved?.sql, C)}${join(links.map((link) => joinOf(state, table, link)), '')}`,
    links,
    value: (name) => {
      const at = moved === null ? -1 : moved.moving.indexOf(name)
      return at < 0 ? settled(name) : sql`COALESCE(${C}.${ident(`v${at}`)}, ${settled(name)})`
    },
  }

  /** By the ids that were given and the references, before any copy is made. */
  function settled(name: string): Sql {
    const own = sql`${S}.${table.column(name)}`
    const at = surrogates.indexOf(name)
    if (at >= 0 && given !== null) return state.outside === 'nothing' ? sql`${I}.${ident(`g${at}`)}` : sql`COALESCE(${I}.${ident(`g${at}`)}, ${own})`
    const through = links.flatMap(({ reference, alias }) => {
      const index = reference.columns.indexOf(name)
      return index < 0 ? [] : [keyValue(state, table, reference, name, sql`${alias}.${ident(`n${index}`)}`)]
    })
    if (through.length === 0) return own
    const known = links.every(({ reference, map }) => !map.foreign || !strict.has(reference.parent) || !reference.columns.includes(name))
    return sql`COALESCE(${join([...through, state.outside === 'nothing' ? unlessReferring(name) : known ? own : sql`NULL`])})`
  }

  /** Its own value in rows that refer by it to nothing, else NULL. */
  function unlessReferring(name: string): Sql {
    const refers = any(links.filter(({ reference }) => reference.columns.includes(name)).map((link) => link.applies))
    return sql`CASE WHEN ${refers} THEN NULL ELSE ${S}.${table.column(name)} END`
  }
}

function joinOf(state: MergeState, table: MergeTable, { reference, map, alias, applies: condition }: Link): Sql {
  const meets = reference.columns.map((name, index) => sql`${comparable(state, reference, sql`${alias}.${ident(`o${index}`)}`)} = ${comparable(state, reference, sql`${S}.${table.column(name)}`)}`)
  return sql` LEFT JOIN ${map.sql} ${alias} ON ${all([...meets, ...(reference.when === null ? [] : [condition])])}`
}

function applies({ store }: MergeState, table: MergeTable, { columns, when }: ImportReference): Sql {
  const whole = columns.map((name) => sql`${S}.${table.column(name)} IS NOT NULL`)
  return all(when === null ? whole : [...whole, sql`${store.asText(sql`${S}.${table.column(when.column)}`)} = ${literal(when.value)}`])
}

/** Columns of a declared foreign key have types that compare; what a profile names may be a number in a text. */
function comparable({ store }: MergeState, { name }: ImportReference, expression: Sql): Sql {
  return name === null ? store.asText(expression) : expression
}

function keyValue(state: MergeState, table: MergeTable, reference: ImportReference, column: string, expression: Sql): Sql {
  return table.value(column, comparable(state, reference, expression))
}
