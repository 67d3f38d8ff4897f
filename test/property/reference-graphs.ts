import fc from 'fast-check'
import type { DeclaredReference } from '../../src/schema/declared-reference.js'
import { emptyProfile, frozenRecord, type Profile } from '../../src/profiles/profile.js'

/** What a table is recognised and referred to by. */
export type KeyKind =
  /** A number that means nothing elsewhere. */
  | 'number'
  /** Text, without regard to case where the engine has such a key. */
  | 'text'
  | 'composite'
  /** A number, and a code by which it is referred to. */
  | 'code'
  /** Its first reference and a number: its identity needs that of another row. */
  | 'junction'
  | 'none'

export interface GraphReferenceSpec {
  readonly to: number
  /** How the key stands in the row; all but `declared` are named by a profile. */
  readonly kind: 'declared' | 'list' | 'json' | 'polymorphic'
}

export interface GraphTable {
  readonly key: KeyKind
  readonly references: readonly GraphReferenceSpec[]
  readonly rows: readonly GraphRow[]
}

export interface GraphRow {
  /** For --where: `pick = 1`. */
  readonly pick: boolean
  /** By reference: indexes of rows of the table referred to; -1 leads nowhere. One at the most where the key is a column. */
  readonly refs: readonly (readonly number[])[]
}

export type Graph = readonly GraphTable[]

const TABLES = 4
const ROWS = 7
export const tableName = (index: number): string => `t${index}`

/** `dangling`: declared references may lead nowhere, as in SQLite. */
export function graphs(dangling: boolean): fc.Arbitrary<Graph> {
  const kinds = fc.tuple(...Array.from({ length: TABLES }, () => fc.constantFrom<KeyKind[]>('number', 'text', 'composite', 'code', 'junction', 'none')))
  return kinds.chain((drawn) => {
    const keys = drawn.some((key) => ['number', 'text', 'code'].includes(key)) ? drawn : drawn.map((key) => (key === 'junction' ? 'number' : key))
    const targets = keys.flatMap((key, index) => (key === 'none' || key === 'junction' ? [] : [index]))
    const plain = targets.filter((index) => keys[index] !== 'composite')
    return fc.tuple(...keys.map((key) => graphTable(key, keys, targets, plain, dangling)))
  })
}

function graphTable(key: KeyKind, keys: readonly KeyKind[], targets: readonly number[], plain: readonly number[], dangling: boolean): fc.Arbitrary<GraphTable> {
  const junctions = keys.flatMap((each, index) => (each === 'junction' ? [index] : []))
  const declared = [...targets, ...junctions]
  const reference: fc.Arbitrary<GraphReferenceSpec>[] = []
  if (declared.length > 0) reference.push(fc.constantFrom(...declared).map((to) => ({ to, kind: 'declared' })))
  if (plain.length > 0) reference.push(fc.record({ to: fc.constantFrom(...plain), kind: fc.constantFrom('list', 'json', 'polymorphic') }))
  const more = reference.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...reference), { maxLength: 3 })
  const own = plain.length === 0 ? more : fc.tuple(fc.constantFrom(...plain), more).map(([to, rest]) => (key === 'junction' ? [{ to, kind: 'declared' } as const, ...rest] : rest))
  return own.chain((references) =>
    fc
      .array(
        fc.record({
          pick: fc.boolean(),
          refs: fc.tuple(...references.map((each, at) => refs(each, dangling || each.kind !== 'declared', key === 'junction' && at === 0))),
        }),
        { maxLength: ROWS },
      )
      .map((rows) => ({ key, references, rows })),
  )
}

function refs({ kind }: GraphReferenceSpec, dangling: boolean, needed: boolean): fc.Arbitrary<readonly number[]> {
  const one = fc.integer({ min: dangling ? -1 : 0, max: ROWS - 1 })
  return fc.array(one, { minLength: needed ? 1 : 0, maxLength: kind === 'list' || kind === 'json' ? 3 : 1 })
}

/** Rows that are there: an index beyond the table's rows wraps around, or leads nowhere where there are none. */
export function targetOf(graph: Graph, table: number, reference: number, index: number): number | null {
  const to = graph[table]?.references[reference]?.to ?? -1
  const rows = graph[to]?.rows.length ?? 0
  return index < 0 || rows === 0 ? null : index % rows
}

/** The cells of a row's key, as texts of the engine: what references to it hold. */
export function keyOf(graph: Graph, table: number, index: number): readonly string[] {
  const own = graph[table]
  switch (own?.key) {
    case 'number':
      // Beyond what a float can tell apart.
      return [String(9007199254740993n + BigInt(index) * 2n)]
    case 'text':
      return [`Key ${index}`]
    case 'composite':
      return [String(index % 3), `b"${index}`]
    case 'code':
      return [`c,${index}`.replace(',', '')]
    case 'junction': {
      const target = targetOf(graph, table, 0, own.rows[index]?.refs[0]?.[0] ?? -1)
      const to = own.references[0]?.to ?? -1
      return [target === null ? nowhere(graph, to) : (keyOf(graph, to, target)[0] ?? ''), String(index)]
    }
    default:
      return []
  }
}

/** A key that no row has. */
function nowhere(graph: Graph, table: number): string {
  return graph[table]?.key === 'number' ? '1' : 'gone'
}

interface Engine {
  readonly kind: 'sqlite' | 'postgresql'
}

/** The statements that build the database. Declared references come last, for they may form any cycle. */
export function graphScript(graph: Graph, { kind }: Engine): string {
  const inline = kind === 'sqlite'
  const tables = graph.map((table, index) => createTable(graph, table, index, inline))
  const rows = graph.flatMap((table, index) => table.rows.map((_, row) => `INSERT INTO ${tableName(index)} VALUES (${cells(graph, index, row, kind).join(', ')});`))
  const added = inline
    ? []
    : graph.flatMap((table, index) => table.references.flatMap((reference, at) => (reference.kind === 'declared' ? [`ALTER TABLE ${tableName(index)} ADD ${foreignKey(graph, table, at)};`] : [])))
  return [...tables, ...rows, ...added].join('\n')
}

const KEY_COLUMNS: Readonly<Record<KeyKind, readonly string[]>> = { number: ['id'], text: ['k'], composite: ['a', 'b'], code: ['code'], junction: ['r0', 'n'], none: [] }

/** The columns that references to the table go to. */
export function keyColumns(graph: Graph, table: number): readonly string[] {
  const key = graph[table]?.key ?? 'none'
  return key === 'junction' ? [referenceColumns(graph, graph[table]?.references[0], 0)[0] ?? '', 'n'] : KEY_COLUMNS[key]
}

function referenceColumns(graph: Graph, reference: GraphReferenceSpec | undefined, at: number): readonly string[] {
  if (reference === undefined) return []
  if (reference.kind !== 'declared') return [`r${at}`]
  return KEY_COLUMNS[graph[reference.to]?.key ?? 'none'].map((_, part) => (part === 0 ? `r${at}` : `r${at}_${part}`))
}

function columnTypes(graph: Graph, table: number): readonly string[] {
  const own = graph[table]
  switch (own?.key) {
    case 'number':
      return ['BIGINT']
    case 'composite':
      return ['INTEGER', 'TEXT']
    case 'junction':
      return [...columnTypes(graph, own.references[0]?.to ?? -1).slice(0, 1), 'INTEGER']
    case 'text':
    case 'code':
      return ['TEXT']
    default:
      return []
  }
}

function createTable(graph: Graph, table: GraphTable, index: number, inline: boolean): string {
  const nocase = inline ? ' COLLATE NOCASE' : ''
  const key: Readonly<Record<KeyKind, readonly string[]>> = {
    number: [inline ? 'id INTEGER PRIMARY KEY' : 'id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY'],
    text: [`k TEXT NOT NULL${nocase} PRIMARY KEY`],
    composite: ['a INTEGER NOT NULL', 'b TEXT NOT NULL', 'PRIMARY KEY (a, b)'],
    code: [inline ? 'id INTEGER PRIMARY KEY' : 'id INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY', 'code TEXT NOT NULL UNIQUE'],
    junction: ['n INTEGER NOT NULL', `PRIMARY KEY (r0, n)`],
    none: [],
  }
  const constraints = key[table.key].filter((part) => part.startsWith('PRIMARY'))
  const columns = key[table.key].filter((part) => !part.startsWith('PRIMARY'))
  for (const [at, reference] of table.references.entries()) {
    const types = reference.kind === 'declared' ? columnTypes(graph, reference.to) : ['TEXT']
    for (const [part, name] of referenceColumns(graph, reference, at).entries()) columns.push(`${name} ${types[part] ?? 'TEXT'}${table.key === 'junction' && at === 0 ? ' NOT NULL' : ''}`)
    if (reference.kind === 'polymorphic') columns.push(`r${at}_type TEXT`)
    if (inline && reference.kind === 'declared') constraints.push(foreignKey(graph, table, at))
  }
  return `CREATE TABLE ${tableName(index)} (${[...columns, 'label TEXT NOT NULL', 'pick INTEGER NOT NULL', ...constraints].join(', ')});`
}

function foreignKey(graph: Graph, table: GraphTable, at: number): string {
  const reference = table.references[at]
  const to = reference?.to ?? -1
  return `FOREIGN KEY (${referenceColumns(graph, reference, at).join(', ')}) REFERENCES ${tableName(to)} (${keyColumns(graph, to).join(', ')})`
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

function cells(graph: Graph, table: number, row: number, engine: Engine['kind']): string[] {
  const own = graph[table]
  const key = keyOf(graph, table, row)
  const first: string[] = own?.key === 'code' ? [String(row + 1), quote(key[0] ?? '')] : own?.key === 'junction' ? [quote(key[1] ?? '')] : key.map(quote)
  const values = (own?.references ?? []).flatMap((reference, at) => {
    const keys = (own?.rows[row]?.refs[at] ?? []).map((index) => {
      const target = targetOf(graph, table, at, index)
      return target === null ? null : keyOf(graph, reference.to, target)
    })
    return referenceCells(graph, reference, keys, engine, own?.key === 'junction' && at === 0)
  })
  return [...first, ...values, quote(labelOf(table, row)), own?.rows[row]?.pick === true ? '1' : '0']
}

function referenceCells(graph: Graph, reference: GraphReferenceSpec, keys: readonly (readonly string[] | null)[], engine: Engine['kind'], needed: boolean): string[] {
  const [first] = keys
  const lost = nowhere(graph, reference.to)
  switch (reference.kind) {
    case 'declared': {
      const columns = KEY_COLUMNS[graph[reference.to]?.key ?? 'none'].length
      if (first === undefined) return Array.from({ length: columns }, () => 'NULL')
      // What leads nowhere is told by a key no row has, or in PostgreSQL, which would refuse it, by none.
      if (first === null) return Array.from({ length: columns }, (_, part) => (engine === 'sqlite' || needed ? quote(part === 0 ? lost : '77') : 'NULL'))
      // Without regard to case, where the key is so and this column is no key itself.
      return first.map((cell) => quote(engine === 'sqlite' && !needed && graph[reference.to]?.key === 'text' ? cell.toUpperCase() : cell))
    }
    case 'list':
      return [keys.length === 0 ? 'NULL' : quote(keys.map((key) => ` ${key?.[0] ?? lost} `).join(';'))]
    case 'json':
      return [keys.length === 0 ? 'NULL' : quote(`{"ids": [${keys.map((key) => (graph[reference.to]?.key === 'number' ? (key?.[0] ?? lost) : JSON.stringify(key?.[0] ?? lost))).join(', ')}, null, {}]}`)]
    case 'polymorphic':
      // Even what is no reference, by its type, holds a key.
      return first === undefined ? [quote(keyOf(graph, reference.to, 0)[0] ?? ''), quote('other')] : [quote(first?.[0] ?? lost), quote('this')]
  }
}

export const labelOf = (table: number, row: number): string => `${tableName(table)}.${row}`

export function graphProfile(graph: Graph): Profile {
  const references = graph.map((table, index): [string, DeclaredReference[]] => [
    tableName(index),
    table.references.flatMap(({ to, kind }, at): DeclaredReference[] => {
      const reference = { columns: [`r${at}`], table: tableName(to), targetColumns: keyColumns(graph, to), when: null }
      if (kind === 'list') return [{ ...reference, place: { kind, separator: ';' } }]
      if (kind === 'json') return [{ ...reference, place: { kind: 'inside', path: ['ids', '*'] } }]
      return kind === 'polymorphic' ? [{ ...reference, place: { kind: 'columns' }, when: { column: `r${at}_type`, value: 'this' } }] : []
    }),
  ])
  return { ...emptyProfile, name: 'graph', references: frozenRecord(references) }
}
