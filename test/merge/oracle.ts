import { columnNamed, surrogatesOf, type MergeMatch, type MergeRow, type MergeSchema, type MergeState, type MergeTable, type MergeValue } from './merge-schema.js'
import { finder } from './meaning.js'
import { differing, matchRows, nameIn, nodesOf, type Matches, type Node, type Nodes } from './match-rows.js'
import { threeWay, type ThreeWay } from './three-way.js'

export type MergeStrategy = 'merge' | 'skip' | 'replace' | 'fail-on-conflict' | 'keep-newer' | 'keep-older' | 'keep-both' | 'three-way'

export interface OracleInput {
  readonly schema: MergeSchema
  readonly archive: MergeState
  readonly target: MergeState
  /** What both sides descend from, for three-way. */
  readonly base?: MergeState
  readonly strategy: MergeStrategy
  readonly onConflict?: Readonly<Record<string, MergeStrategy>>
  readonly match?: MergeMatch
  readonly prune?: boolean
}

export interface Counts {
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  readonly kept: number
  readonly deleted: number
  readonly conflicting: number
  readonly rejected: number
}

export interface Expected {
  /** By table; where rows are in conflict, what the plan says of them. */
  readonly counts: Readonly<Record<string, Counts>>
  /** The target afterwards, under ids of the oracle's own: to be compared by meaning. */
  readonly state: MergeState
  /** The import must fail with one of these codes and leave the target as it is; empty: it succeeds. */
  readonly codes: readonly string[]
  /** Rows of the target that are in conflict by being gone from the archive. */
  readonly lost: number
  /** Rows whose identity is anybody's guess; what refers to them has no meaning either. */
  readonly guesses: number
  /** The specification leaves open what this comes to: copies that need each other in a circle. */
  readonly vague: boolean
}

/** What becomes of a row of the archive. */
interface Fate {
  readonly class: Exclude<keyof Counts, 'deleted'>
  /** The row of the target that it is and will be. */
  readonly ours: Node | null
  /** Columns that it writes. */
  readonly written: ReadonlySet<string> | 'all' | 'none'
  readonly copy: boolean
}

const MARK = ' (imported)'
/** Begins what stands for a uuid that nobody can foretell. */
const FRESH = 'fresh '

/** What the specification makes of an import: plain objects, one row at a time. */
export function oracle(input: OracleInput): Expected {
  const { schema, match = {} } = input
  const here = nodesOf(schema, input.archive, 'archive')
  const there = nodesOf(schema, input.target, 'target')
  const strategyOf = (table: MergeTable): MergeStrategy => input.onConflict?.[table.name] ?? input.strategy
  const first = matchRows(schema, here, there, match)
  const { copies, vague } = findCopies(schema, { here, there, match, copied: (node) => strategyOf(node.table) === 'keep-both' })
  const matches = matchRows(schema, here, there, match, copies)
  const base = input.base === undefined ? null : threeWay(schema, input.base, { here, there, matches }, match)
  const fates = new Map([...here.values()].flat().map((node) => [node, fateOf(node, strategyOf(node.table), { matches, base, copies, match })]))
  const ids = giveIds(schema, fates, there)
  dropEqual(fates, ids, match)
  const rest = [...there.values()].flat().filter((node) => !matches.taken.has(node) && !first.taken.has(node))
  const losses = new Map(rest.map((node) => [node, lossOf(node, strategyOf(node.table), base, input.prune === true)]))
  const gone = new Set(rest.filter((node) => losses.get(node) === 'deleted'))
  const lost = rest.filter((node) => losses.get(node) === 'conflicting').length
  const state = finalState(schema, { fates, ids, there, gone, match })
  const counts = countRows(schema, fates, gone)
  return { counts, state, codes: failures(schema, { fates, lost, state }), lost, guesses: matches.problems.size, vague }
}

interface Known {
  readonly matches: Matches
  readonly base: ThreeWay | null
  readonly match: MergeMatch
  readonly copies: ReadonlySet<Node>
}

function fateOf(node: Node, strategy: MergeStrategy, { matches, base, copies, match }: Known): Fate {
  const ours = matches.found.get(node) ?? null
  const stays = (name: Fate['class']): Fate => ({ class: name, ours, written: 'none', copy: false })
  if (matches.problems.has(node)) return stays('conflicting')
  if (strategy === 'three-way' && base !== null) {
    const merged = base.of(node, ours)
    if (merged.class === 'changed') return { class: 'changed', ours, written: merged.taken, copy: false }
    return merged.class === 'new' ? { class: 'new', ours, written: 'all', copy: false } : stays(merged.class)
  }
  if (copies.has(node) && !canBeCopied(node.table, match)) return stays('conflicting')
  if (ours === null) return { class: 'new', ours, written: 'all', copy: copies.has(node) }
  if (strategy === 'fail-on-conflict') return stays('conflicting')
  return wins(node, ours, strategy) ? { class: 'changed', ours, written: 'all', copy: false } : stays('kept')
}

/** Rows whose values are there already are unchanged, whoever would have won; what a reference means is known by now. */
function dropEqual(fates: Map<Node, Fate>, ids: GivenIds, match: MergeMatch): void {
  const values = valuesBy(fates, ids, match)
  const equal = [...fates].filter(([node, { class: name, ours }]) => {
    const dropped = surrogatesOf(node.table, match)
    return ours !== null && (name === 'changed' || name === 'kept') && node.table.columns.every((column) => dropped.has(column.name) || values.brought(node, column.name) === (ours.row[column.name] ?? null))
  })
  for (const [node, { ours }] of equal) fates.set(node, { class: 'unchanged', ours, written: 'none', copy: false })
}

function wins(node: Node, ours: Node, strategy: MergeStrategy): boolean {
  if (strategy === 'merge' || strategy === 'replace') return true
  const time = node.table.timeColumn ?? ''
  const [then, now] = [node.row[time] ?? null, ours.row[time] ?? null]
  if (then === null || now === null) return false
  return strategy === 'keep-newer' ? then > now : strategy === 'keep-older' && then < now
}

function lossOf(node: Node, strategy: MergeStrategy, base: ThreeWay | null, prune: boolean): 'stays' | 'deleted' | 'conflicting' {
  if (prune || strategy === 'replace') return 'deleted'
  return strategy === 'three-way' && base !== null ? base.lost(node) : 'stays'
}

/**
 * Rows that are inserted beside the one they are. What refers to such a row refers to the new one, and may by that differ from
 * the target's row itself – or, where the reference is part of its key, be no row of the target at all. So a row is looked at
 * when all that its key leads to is known; where that goes in a circle, nobody can say (`vague`).
 */
function findCopies(schema: MergeSchema, { here, there, match, copied }: { here: Nodes; there: Nodes; match: MergeMatch; copied: (node: Node) => boolean }): { copies: ReadonlySet<Node>; vague: boolean } {
  const copies = new Set<Node>()
  let vague = false
  for (;;) {
    const { found } = matchRows(schema, here, there, match, copies)
    const differ = new Set([...found].filter(([node, ours]) => copied(node) && differing(node, ours, nameIn(found, copies), match).length > 0).map(([node]) => node))
    if (differ.size === 0) return { copies, vague }
    const ready = [...differ].filter((node) => ![...reached(keyParents(node))].some((each) => differ.has(each)))
    vague ||= ready.length === 0
    for (const node of ready.length === 0 ? differ : ready) copies.add(node)
  }
}

/** Rows that a row's keys lead to. */
function keyParents({ table, links }: Node): Node[] {
  const columns = keysOf(table).flat()
  return table.references.flatMap((reference, at) => (reference.columns.some((name) => columns.includes(name)) ? (links[at] ?? []) : []))
}

/** These rows and all that they lead to. */
function reached(from: readonly Node[]): ReadonlySet<Node> {
  const seen = new Set(from)
  for (const node of seen) for (const link of node.links) if (link !== null) seen.add(link)
  return seen
}

const keysOf = (table: MergeTable): readonly (readonly string[])[] => [...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques]
const ownText = (table: MergeTable, name: string): boolean => columnNamed(table, name).kind === 'text' && !table.references.some(({ columns }) => columns.includes(name))
const isFresh = (table: MergeTable, key: readonly string[]): boolean => key.some((name) => ['surrogate', 'uuid'].includes(columnNamed(table, name).kind) && !table.references.some(({ columns }) => columns.includes(name)))

/** What of a copy has to be its own: its keys, and what the user says its rows are told apart by. */
const ownKeys = (table: MergeTable, match: MergeMatch): readonly (readonly string[])[] => [...keysOf(table), ...(match[table.name] ?? [])]

/** A copy needs keys of its own: new numbers and uuids, or a text to mark. */
const canBeCopied = (table: MergeTable, match: MergeMatch): boolean => ownKeys(table, match).every((key) => isFresh(table, key) || key.some((name) => ownText(table, name)))

/** A copy is marked in its label, and in the texts of keys that nothing else sets apart. */
function copied({ table, name }: Node, column: string, value: MergeValue, match: MergeMatch): MergeValue {
  if (columnNamed(table, column).kind === 'uuid' && keysOf(table).some((key) => key.includes(column))) return `${FRESH}${name}`
  const marked = column === table.labelColumn || (ownText(table, column) && ownKeys(table, match).some((key) => key.includes(column) && !isFresh(table, key)))
  return marked && typeof value === 'string' ? `${value}${MARK}` : value
}

function countRows(schema: MergeSchema, fates: ReadonlyMap<Node, Fate>, gone: ReadonlySet<Node>): Record<string, Counts> {
  return Object.fromEntries(
    schema.tables.map((table) => {
      const counts = { new: 0, changed: 0, unchanged: 0, kept: 0, deleted: 0, conflicting: 0, rejected: 0 }
      for (const [node, fate] of fates) if (node.table === table) counts[fate.class] += 1
      for (const node of gone) if (node.table === table) counts.deleted += 1
      return [table.name, counts]
    }),
  )
}

/** Ids of rows that have no place in the target: nothing can refer to them. */
const NOWHERE = -1

interface Values {
  /** What stands in the row that an archive's row becomes. */
  final(node: Node, column: string): MergeValue
  /** What the archive's row says, in terms of the target. */
  brought(node: Node, column: string): MergeValue
}

function valuesBy(fates: ReadonlyMap<Node, Fate>, ids: GivenIds, match: MergeMatch): Values {
  const final = (node: Node, column: string): MergeValue => {
    const fate = fates.get(node)
    if (fate === undefined) throw new Error(`no fate for ${node.name}`)
    const { ours, written } = fate
    const stays = ours !== null && (written === 'none' || (written !== 'all' && !written.has(column)))
    return stays ? (ours.row[column] ?? null) : brought(node, column)
  }
  const brought = (node: Node, column: string): MergeValue => {
    const { ours = null, copy = false } = fates.get(node) ?? {}
    const at = node.table.references.findIndex(({ columns }) => columns.includes(column))
    const reference = node.table.references[at]
    const link = node.links[at] ?? null
    if (reference !== undefined && link !== null && node.row[column] !== null) return final(link, reference.targetColumns[reference.columns.indexOf(column)] ?? '')
    if (columnNamed(node.table, column).kind === 'surrogate') return ours === null ? (ids.get(node)?.[column] ?? NOWHERE) : (ours.row[column] ?? null)
    const value = node.row[column] ?? null
    return copy ? copied(node, column, value, match) : value
  }
  return { final, brought }
}

function finalState(schema: MergeSchema, { fates, ids, there, gone, match }: { fates: ReadonlyMap<Node, Fate>; ids: GivenIds; there: Nodes; gone: ReadonlySet<Node>; match: MergeMatch }): MergeState {
  const values = valuesBy(fates, ids, match)
  const writtenRow = (node: Node): MergeRow => Object.fromEntries(node.table.columns.map(({ name }) => [name, values.final(node, name)]))
  return Object.fromEntries(
    schema.tables.map((table) => {
      const mine = [...fates].filter(([node]) => node.table === table)
      const updates = new Map(mine.flatMap(([node, { ours, written }]) => (ours !== null && written !== 'none' ? [[ours, node] as const] : [])))
      const stay = (there.get(table.name) ?? []).filter((node) => !gone.has(node))
      const added = mine.filter(([, { ours, written }]) => ours === null && written === 'all').map(([node]) => node)
      return [table.name, [...stay.map((node) => { const by = updates.get(node); return by === undefined ? node.row : writtenRow(by) }), ...added.map(writtenRow)]]
    }),
  )
}

type GivenIds = ReadonlyMap<Node, Record<string, number>>

/** A new row keeps its own id where that is free in the target; else it gets one above all of both sides. */
function giveIds(schema: MergeSchema, fates: ReadonlyMap<Node, Fate>, there: Nodes): GivenIds {
  const given = new Map<Node, Record<string, number>>()
  for (const table of schema.tables) {
    for (const { name, kind } of table.columns) {
      if (kind !== 'surrogate') continue
      const taken = new Set((there.get(table.name) ?? []).map(({ row }) => row[name]))
      const mine = [...fates].filter(([node]) => node.table === table)
      let highest = Math.max(0, ...[...taken, ...mine.map(([node]) => node.row[name])].map(Number))
      for (const [node, { ours, written }] of mine) {
        if (ours !== null || written !== 'all') continue
        const own = node.row[name] ?? null
        given.set(node, { ...given.get(node), [name]: own === null || taken.has(own) ? ++highest : Number(own) })
      }
    }
  }
  return given
}

function failures(schema: MergeSchema, { fates, lost, state }: { fates: ReadonlyMap<Node, Fate>; lost: number; state: MergeState }): string[] {
  if (lost > 0 || [...fates.values()].some((fate) => fate.class === 'conflicting')) return ['CONFLICT', 'AMBIGUOUS']
  return [...(isUnique(schema, state) ? [] : ['CONSTRAINT_VIOLATED', 'CONFLICT']), ...(isWhole(schema, state) ? [] : ['REFERENCE_UNRESOLVED', 'CONSTRAINT_VIOLATED', 'CONFLICT'])]
}

/** Every key of the database holds. */
export function isUnique(schema: MergeSchema, state: MergeState): boolean {
  return schema.tables.every((table) =>
    keysOf(table).every((key) => {
      const keys = (state[table.name] ?? []).filter((row) => key.every((name) => row[name] !== null)).map((row) => JSON.stringify(key.map((name) => row[name])))
      return new Set(keys).size === keys.length
    }),
  )
}

/** Every reference leads to a row. */
export function isWhole(schema: MergeSchema, state: MergeState): boolean {
  const find = finder(schema, state)
  return schema.tables.every((table) => (state[table.name] ?? []).every((row) => table.references.every((reference) => find(reference, row) !== undefined)))
}
