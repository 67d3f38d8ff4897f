import type { DeclaredReference } from './declared-reference.js'
import type { Column, Key, Table } from './schema.js'
import type { IdentityRule, TableIdentity } from './table-identity.js'

/** Rules named for one table, in order; their columns were checked before. */
export interface DeclaredIdentity {
  readonly rules: readonly (readonly string[])[]
  /** Who names them, to be put after "declared by": `--match`, `profile shop`. */
  readonly by: string
  /** The one rule tells rows that are alike, and not which of them is which. */
  readonly alike?: true
}

export interface InferIdentityOptions {
  readonly declared?: DeclaredIdentity | undefined
  /** Of this table, those that the database itself does not declare. */
  readonly references: readonly DeclaredReference[]
}

/**
 * Finds by what a table's rows are recognised in another database: what was declared; else a primary key that means
 * something outside this database; else the unique keys that do; else the primary key, numbers or not; else the whole row.
 *
 * Numbers handed out by the database mean nothing elsewhere. A column that refers counts by what it refers to, so
 * the shared key of a one-to-one table and the keys of junction tables do mean something.
 */
export function inferIdentity(table: Table, options: InferIdentityOptions): TableIdentity {
  const keys = keyColumns(table, options.references)
  const rules = findRules(table, keys, options.declared)
  return Object.freeze({ rules: Object.freeze(rules), surrogates: Object.freeze(findSurrogates(table, keys, rules)) })
}

function findRules(table: Table, keys: KeyColumns, declared: DeclaredIdentity | undefined): readonly IdentityRule[] {
  if (declared?.alike === true) return declared.rules.slice(0, 1).map((columns) => Object.freeze({ ...rule(columns, 'declared', `alike, declared by ${declared.by}`), alike: true as const }))
  if (declared !== undefined && declared.rules.length > 0) {
    return declared.rules.map((columns) => rule(columns, 'declared', `declared by ${declared.by}`))
  }
  const primary = table.primaryKey !== null && keys.comparable(table.primaryKey) ? table.primaryKey : null
  if (primary !== null && keys.natural(primary)) {
    return [rule(primary.columns, 'primary-key', `primary key (${primary.columns.map((name) => keys.describe(name)).join(', ')})`)]
  }
  const uniques = withoutRepetition(table.uniques.filter((key) => keys.comparable(key) && keys.complete(key)))
  const natural = uniques.filter((key) => keys.natural(key))
  if (natural.length > 0) return natural.map((key) => rule(key.columns, 'unique', keys.describeUnique(key)))
  if (primary !== null) return [rule(primary.columns, 'primary-key', 'primary key, for want of another key')]
  // Without a primary key, the first unique key stands in for it.
  return uniques.slice(0, 1).map((key) => rule(key.columns, 'unique', `${keys.describeUnique(key)}, for want of another key`))
}

function rule(columns: readonly string[], origin: IdentityRule['origin'], because: string): IdentityRule {
  return Object.freeze({ columns: Object.freeze([...new Set(columns)]), origin, because })
}

/** Fewest columns first, else as declared: each set of columns once. */
function withoutRepetition(uniques: readonly Key[]): readonly Key[] {
  const bySet = new Map<string, Key>()
  for (const key of uniques) {
    const set = JSON.stringify([...new Set(key.columns)].sort())
    if (!bySet.has(set)) bySet.set(set, key)
  }
  return [...bySet.values()].sort((a, b) => new Set(a.columns).size - new Set(b.columns).size)
}

/**
 * What of the keys is not compared by every rule, and so may differ between rows that are the same. Where the whole row is
 * compared, that is nothing. What refers follows its row, and what is generated follows from the others.
 */
function findSurrogates(table: Table, keys: KeyColumns, rules: readonly IdentityRule[]): readonly string[] {
  const primary = new Set(table.primaryKey?.columns)
  const unique = new Set(table.uniques.flatMap(({ columns }) => columns))
  return table.columns
    .filter((column) => primary.has(column.name) || (unique.has(column.name) && column.identity !== null))
    .filter((column) => column.generated === null && !keys.refers(column.name))
    .filter((column) => rules.some(({ columns }) => !columns.includes(column.name)))
    .map(({ name }) => name)
}

/** What is to be known of the columns of a table's keys. */
interface KeyColumns {
  refers(name: string): boolean
  /** Every column is there, and its values are in archives. */
  comparable(key: Key): boolean
  /** No row escapes it by a NULL. */
  complete(key: Key): boolean
  /** It holds no surrogate. */
  natural(key: Key): boolean
  /** `uuid`, `reference to users`. */
  describe(name: string): string
  describeUnique(key: Key): string
}

function keyColumns(table: Table, declared: readonly DeclaredReference[]): KeyColumns {
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const parents = new Map<string, string>()
  for (const reference of [...table.references, ...declared.filter(({ place }) => place.kind === 'columns')]) {
    for (const name of reference.columns) if (!parents.has(name)) parents.set(name, reference.table)
  }
  const alone = table.primaryKey?.columns.length === 1 ? table.primaryKey.columns[0] : undefined
  const surrogate = (name: string): boolean => {
    const column = columns.get(name)
    if (column === undefined || parents.has(name)) return false
    return column.identity !== null || (name === alone && column.type.encoding.family === 'integer')
  }
  const nullable = (key: Key): boolean => key.columns.some((name) => columns.get(name)?.nullable !== false)
  return {
    refers: (name) => parents.has(name),
    comparable: (key) => key.columns.length > 0 && key.columns.every((name) => columns.get(name)?.generated === null),
    complete: (key) => key.nullsNotDistinct || !nullable(key),
    natural: (key) => !key.columns.some(surrogate),
    describe(name) {
      const parent = parents.get(name)
      return parent === undefined ? typeName(columns.get(name)) : `reference to ${parent}`
    },
    describeUnique: (key) => `${nullable(key) ? 'NULLS NOT DISTINCT' : 'NOT NULL'} unique key${key.name === null ? '' : ` ${key.name}`}`,
  }
}

/** The family of values, or the declared type where the family says nothing. */
function typeName(column: Column | undefined): string {
  if (column === undefined) return ''
  const { declared, encoding } = column.type
  return (encoding.family === 'any' || encoding.family === 'other') && declared !== '' ? declared.toLowerCase() : encoding.family
}
