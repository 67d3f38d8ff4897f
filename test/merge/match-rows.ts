import { columnNamed, identityRules, surrogatesOf, tableNamed, type MergeMatch, type MergeRow, type MergeSchema, type MergeState, type MergeTable } from './merge-schema.js'
import { finder } from './meaning.js'

/** A row with what it refers to; the oracle's own picture of one database. */
export interface Node {
  readonly table: MergeTable
  readonly row: MergeRow
  readonly side: Side
  /** `target 3`: unique among the rows of its table. */
  readonly name: string
  /** In the order of the table's references; null: NULL, or nowhere. */
  readonly links: readonly (Node | null)[]
}

export type Side = 'archive' | 'target' | 'base'

export type Nodes = ReadonlyMap<string, readonly Node[]>

export function nodesOf(schema: MergeSchema, state: MergeState, side: Side): Nodes {
  const find = finder(schema, state)
  const byRow = new Map<MergeRow, Node & { links: (Node | null)[] }>()
  const nodes = new Map(
    schema.tables.map((table) => [
      table.name,
      (state[table.name] ?? []).map((row, index) => {
        const node = { table, row, side, name: `${side} ${index}`, links: [] as (Node | null)[] }
        byRow.set(row, node)
        return node
      }),
    ]),
  )
  for (const node of byRow.values()) {
    for (const reference of node.table.references) node.links.push(byRow.get(find(reference, node.row) ?? {}) ?? null)
  }
  return nodes
}

export type Problem = 'identity-null' | 'ambiguous'

export interface Matches {
  /** Rows there by rows here, and the other way round. */
  readonly found: ReadonlyMap<Node, Node>
  readonly taken: ReadonlyMap<Node, Node>
  readonly problems: ReadonlyMap<Node, Problem>
}

/** A row's name on the other side where it is known there, else its own. */
export type NameOf = (node: Node) => string

const NEW = 'new '

/** As the target knows a row; one of the archive that is to stand beside one of its rows (`apart`) has no key there yet. */
export const nameIn =
  (found: ReadonlyMap<Node, Node>, apart: ReadonlySet<Node> = new Set()): NameOf =>
  (node) =>
    found.get(node)?.name ?? (apart.has(node) ? `${NEW}${node.name}` : node.name)

/** A value by meaning: of a reference what it leads to, of a surrogate the row that has it. */
export function cell(node: Node, column: string, nameOf: NameOf): string {
  const at = node.table.references.findIndex(({ columns }) => columns.includes(column))
  const reference = node.table.references[at]
  if (reference !== undefined) {
    const link = node.links[at]
    if (node.row[column] === null || link === undefined) return 'null'
    if (link === null) return `nowhere ${JSON.stringify(node.row[column])}`
    // A copy gets another key than it has.
    if (nameOf(link).startsWith(NEW)) return `${link.table.name} ${nameOf(link)}`
    return cell(link, reference.targetColumns[reference.columns.indexOf(column)] ?? '', nameOf)
  }
  return columnNamed(node.table, column).kind === 'surrogate' ? `${node.table.name} ${nameOf(node)}` : JSON.stringify(node.row[column])
}

/** As a row of the archive is known to the target, once it is. */
type Known = (node: Node) => Node

/** The identity of a row by one rule; null where it holds NULL. What it refers to counts by the key that this has in the target. */
function identity(node: Node, rule: readonly string[], nameOf: NameOf, known: Known): string | null {
  if (rule.some((column) => node.row[column] === null)) return null
  return rule.map((column) => keyCell(node, column, nameOf, known)).join(' ')
}

function keyCell(node: Node, column: string, nameOf: NameOf, known: Known): string {
  const at = node.table.references.findIndex(({ columns }) => columns.includes(column))
  const [reference, link] = [node.table.references[at], node.links[at] ?? null]
  if (reference === undefined) return JSON.stringify(node.row[column])
  const there = link === null ? null : known(link)
  return there === null || there === link ? cell(node, column, nameOf) : cell(there, reference.targetColumns[reference.columns.indexOf(column)] ?? '', nameOf)
}

/** Everything a row says, surrogates aside. */
export function whole(node: Node, nameOf: NameOf, match: MergeMatch): string {
  const dropped = surrogatesOf(node.table, match)
  return node.table.columns.filter(({ name }) => !dropped.has(name)).map(({ name }) => cell(node, name, nameOf)).join('\n')
}

/** Columns in which two rows differ by meaning. */
export function differing(one: Node, other: Node, nameOf: NameOf, match: MergeMatch): string[] {
  const dropped = surrogatesOf(one.table, match)
  return one.table.columns.map(({ name }) => name).filter((name) => !dropped.has(name) && cell(one, name, nameOf) !== cell(other, name, nameOf))
}

/** Which row here is which row there, by the rules of identity in their order; `apart` are rows here that are to be none. */
export function matchRows(schema: MergeSchema, here: Nodes, there: Nodes, match: MergeMatch, apart: ReadonlySet<Node> = new Set()): Matches {
  const found = new Map<Node, Node>()
  const taken = new Map<Node, Node>()
  const problems = new Map<Node, Problem>()
  const pair = (one: Node, other: Node): void => {
    found.set(one, other)
    taken.set(other, one)
    problems.delete(one)
  }
  const nameHere = nameIn(found, apart)
  const nameThere: NameOf = (node) => node.name
  const identityHere = (node: Node, rule: readonly string[]): string | null => identity(node, rule, nameHere, (each) => found.get(each) ?? each)
  const identityThere = (node: Node, rule: readonly string[]): string | null => identity(node, rule, nameThere, (each) => each)
  const byWhole = (table: MergeTable, ones: readonly Node[], others: readonly Node[]): void => {
    const dropped = [...surrogatesOf(table, match)]
    const texts = new Map(ones.map((one) => [one, whole(one, nameHere, match)]))
    const textsThere = new Map(others.map((other) => [other, whole(other, nameThere, match)]))
    // Of twins the one with the very same ids is meant, if any is.
    for (const fits of [(one: Node, other: Node): boolean => dropped.every((name) => one.row[name] === other.row[name]), (): boolean => true]) {
      for (const one of ones) {
        const other = others.find((each) => !taken.has(each) && textsThere.get(each) === texts.get(one) && fits(one, each))
        if (!found.has(one) && other !== undefined) pair(one, other)
      }
    }
  }
  const several = new Set<Node>()
  const matchTable = (table: MergeTable): void => {
    const ones = (here.get(table.name) ?? []).filter((node) => !apart.has(node))
    const others = there.get(table.name) ?? []
    const rules = identityRules(table, match)
    // What is anybody's guess stays so, even when what it could have been taken for is found to be another row.
    const open = ones.filter((node) => !found.has(node) && !problems.has(node))
    for (const rule of rules) {
      const keysHere = group(open.filter((node) => !found.has(node)), (node) => identityHere(node, rule))
      const keysThere = group(others.filter((node) => !taken.has(node)), (node) => identityThere(node, rule))
      for (const [key, mine] of keysHere) {
        const theirs = keysThere.get(key) ?? []
        const [one, other] = [mine[0], theirs[0]]
        if (one !== undefined && other !== undefined && mine.length === 1 && theirs.length === 1) pair(one, other)
        else if (mine.length > 1 || theirs.length > 1) for (const node of mine) several.add(node)
      }
    }
    for (const node of open) {
      if (found.has(node) || rules.length === 0) continue
      if (rules.every((rule) => identityHere(node, rule) === null)) problems.set(node, 'identity-null')
      else if (several.has(node)) problems.set(node, 'ambiguous')
    }
    byWhole(table, rules.length === 0 ? open : [...problems.keys()].filter((node) => node.table === table), others)
  }
  // An identity may need rows of its own table, or rows that only their whole content tells: until no more is found.
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const table of identityOrder(schema, match)) matchTable(table)
  }
  return { found, taken, problems }
}

function group(nodes: readonly Node[], key: (node: Node) => string | null): Map<string, Node[]> {
  const groups = new Map<string, Node[]>()
  for (const node of nodes) {
    const text = key(node)
    if (text !== null) groups.set(text, [...(groups.get(text) ?? []), node])
  }
  return groups
}

/** Tables whose rows are needed to tell others' apart come first; those told apart by the whole row come last. */
function identityOrder(schema: MergeSchema, match: MergeMatch): readonly MergeTable[] {
  const order: MergeTable[] = []
  const visit = (table: MergeTable, path: readonly MergeTable[]): void => {
    if (order.includes(table) || path.includes(table)) return
    const needed = new Set(identityRules(table, match).flat())
    for (const reference of table.references) if (reference.columns.some((column) => needed.has(column))) visit(tableNamed(schema, reference.table), [...path, table])
    order.push(table)
  }
  const byWhole = (table: MergeTable): boolean => identityRules(table, match).length === 0
  for (const table of schema.tables.filter((each) => !byWhole(each))) visit(table, [])
  return [...order, ...schema.tables.filter(byWhole)]
}
