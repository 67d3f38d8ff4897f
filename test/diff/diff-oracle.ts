import { identityOrder } from '../../src/schema/identity-order.js'
import type { DiffCounts } from '../../src/transfer/diff/diff-report.js'
import { finder } from '../merge/meaning.js'
import { identityRules, tableNamed, type MergeMatch, type MergeReference, type MergeRow, type MergeSchema, type MergeState, type MergeTable } from '../merge/merge-schema.js'

/** A row of either side. */
interface Thing {
  readonly side: 'a' | 'b'
  readonly table: MergeTable
  readonly row: MergeRow
  mate: Thing | null
  /** What it is, to whoever refers to it; null until that is known. */
  meaning: string | null
  doubt: 'none' | 'ambiguous' | 'unknown'
  group: string | null
}

/** What differs between two databases, worked out row by row with plain objects. */
export function diffOracle(schema: MergeSchema, a: MergeState, b: MergeState, match: MergeMatch = {}): Record<string, DiffCounts> {
  const rules = (table: MergeTable): readonly (readonly string[])[] => identityRules(table, match)
  const refersBy = (table: MergeTable, column: string): MergeReference | undefined => table.references.find(({ columns }) => columns.includes(column))
  const isName = (table: MergeTable, column: string): boolean => {
    const ofKey = table.primaryKey?.includes(column) === true || table.columns.some(({ name, kind }) => name === column && kind === 'surrogate')
    return ofKey && refersBy(table, column) === undefined && rules(table).some((rule) => !rule.includes(column))
  }
  const targetOf = (reference: MergeReference, column: string): readonly [MergeTable, string] => [tableNamed(schema, reference.table), reference.targetColumns[reference.columns.indexOf(column)] ?? '']
  const isNamed = (table: MergeTable, column: string, seen: readonly string[] = []): boolean => {
    const reference = refersBy(table, column)
    if (reference === undefined || seen.includes(`${table.name}.${column}`)) return false
    const [parent, key] = targetOf(reference, column)
    return isName(parent, key) || isNamed(parent, key, [...seen, `${table.name}.${column}`])
  }

  const things = new Map(schema.tables.map((table) => [table, [...made(table, a, 'a'), ...made(table, b, 'b')]]))
  const thingOf = new Map([...things.values()].flat().map((thing) => [thing.row, thing]))
  const find = { a: finder(schema, a), b: finder(schema, b) }
  /** What a value counts as; null where that is not known yet. */
  const value = (thing: Thing, column: string): string | null => {
    const reference = refersBy(thing.table, column)
    const raw = `raw ${JSON.stringify(thing.row[column])}`
    if (reference === undefined || !isNamed(thing.table, column)) return raw
    const found = find[thing.side](reference, thing.row)
    const target = found === null || found === undefined ? undefined : thingOf.get(found)
    if (target === undefined) return raw
    const [parent, key] = targetOf(reference, column)
    return isName(parent, key) ? (target.meaning === null ? null : `${parent.name} ${target.meaning}`) : value(target, key)
  }
  const compared = (table: MergeTable): readonly string[] => table.columns.map(({ name }) => name).filter((name) => !isName(table, name))
  const content = (thing: Thing): string => compared(thing.table).map((column) => value(thing, column) ?? '?').join('\n')
  const isReady = (thing: Thing): boolean => (rules(thing.table).length === 0 ? compared(thing.table) : rules(thing.table).flat()).every((column) => value(thing, column) !== null)

  let named = 0
  const identify = (found: readonly Thing[]): void => {
    const decided = new Map<Thing, string>()
    const open = (): Thing[] => found.filter((thing) => !decided.has(thing))
    const [first] = found
    for (const rule of first === undefined ? [] : rules(first.table)) {
      const usable = open().filter(({ row }) => rule.every((column) => row[column] !== null))
      for (const alike of grouped(usable, (thing) => rule.map((column) => value(thing, column) ?? '?').join('\n'))) {
        const [here, there] = [alike.filter(({ side }) => side === 'a'), alike.filter(({ side }) => side === 'b')]
        const name = `${(named += 1)}`
        const [one, other] = [here[0], there[0]]
        if (one !== undefined && other !== undefined && alike.length === 2) {
          Object.assign(one, { mate: other, doubt: 'none' })
          Object.assign(other, { mate: one, doubt: 'none' })
          for (const thing of alike) decided.set(thing, name)
        } else if (here.length > 1 || there.length > 1) for (const thing of alike) Object.assign(thing, { doubt: 'ambiguous', group: thing.group ?? name })
      }
    }
    const unknown = open().filter(({ table, row }) => !rules(table).some((rule) => rule.every((column) => row[column] !== null)))
    for (const alike of grouped(unknown, content)) {
      const name = `${(named += 1)}`
      for (const thing of alike) {
        thing.doubt = 'unknown'
        decided.set(thing, name)
      }
    }
    for (const thing of open()) decided.set(thing, thing.doubt === 'ambiguous' ? `group ${thing.group ?? ''}` : `${(named += 1)}`)
    later.push(() => decided.forEach((name, thing) => (thing.meaning = name)))
  }
  // What is found in a round is known to others in the next.
  const later: (() => void)[] = []
  const round = (tables: readonly MergeTable[], which: (thing: Thing) => boolean): boolean => {
    for (const table of tables) identify((things.get(table) ?? []).filter((thing) => thing.meaning === null && which(thing)))
    const before = unidentified(tables)
    for (const apply of later.splice(0)) apply()
    return unidentified(tables) < before
  }
  const unidentified = (tables: readonly MergeTable[]): number => tables.flatMap((table) => things.get(table) ?? []).filter(({ meaning }) => meaning === null).length

  const nodes = schema.tables.map((table) => ({
    id: table.name,
    rules: rules(table).map((columns) => ({ columns })),
    references: table.references.map(({ columns }) => columns.filter((column) => isNamed(table, column))).flatMap((columns) => columns.map((column) => ({ columns: [column], parent: rootOf(table, column) }))),
  }))
  function rootOf(table: MergeTable, column: string): string {
    const reference = refersBy(table, column)
    if (reference === undefined) return table.name
    const [parent, key] = targetOf(reference, column)
    return isName(parent, key) ? parent.name : rootOf(parent, key)
  }
  for (const { tables } of identityOrder(nodes)) {
    const group = tables.map((name) => tableNamed(schema, name))
    while (round(group, isReady));
    round(group, () => true)
  }
  return Object.fromEntries(schema.tables.map((table) => [table.name, countsOf(things.get(table) ?? [], content)]))
}

function made(table: MergeTable, state: MergeState, side: 'a' | 'b'): Thing[] {
  return (state[table.name] ?? []).map((row) => ({ side, table, row, mate: null, meaning: null, doubt: 'none', group: null }))
}

function countsOf(things: readonly Thing[], content: (thing: Thing) => string): DiffCounts {
  const counts = { onlyA: 0, onlyB: 0, changed: 0, same: 0, ambiguousA: 0, ambiguousB: 0 }
  const count = (thing: Thing, word: 'only' | 'ambiguous', rows = 1): void => void (counts[`${word}${thing.side === 'a' ? 'A' : 'B'}`] += rows)
  for (const thing of things) {
    if (thing.mate !== null) {
      if (thing.side === 'a') counts[content(thing) === content(thing.mate) ? 'same' : 'changed'] += 1
    } else if (thing.doubt === 'none') count(thing, 'only')
  }
  for (const alike of grouped(things.filter(({ mate, doubt }) => mate === null && doubt !== 'none'), content)) {
    const [here, there] = [alike.filter(({ side }) => side === 'a'), alike.filter(({ side }) => side === 'b')]
    const both = Math.min(here.length, there.length)
    counts.same += both
    for (const left of [here.slice(both), there.slice(both)].flat()) count(left, left.doubt === 'ambiguous' ? 'ambiguous' : 'only')
  }
  return counts
}

function grouped(things: readonly Thing[], key: (thing: Thing) => string): readonly (readonly Thing[])[] {
  const groups = new Map<string, Thing[]>()
  for (const thing of things) {
    const text = key(thing)
    groups.set(text, [...(groups.get(text) ?? []), thing])
  }
  return [...groups.values()]
}
