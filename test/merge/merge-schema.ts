/** A small schema as plain data, rendered as DDL for both engines; what the random schemas and the oracle speak of. */
export interface MergeSchema {
  readonly tables: readonly MergeTable[]
}

export interface MergeTable {
  readonly name: string
  readonly columns: readonly MergeColumn[]
  readonly primaryKey: readonly string[] | null
  readonly uniques: readonly (readonly string[])[]
  readonly references: readonly MergeReference[]
  /** When a row was last written. */
  readonly timeColumn: string | null
  /** What names a row for people. */
  readonly labelColumn: string | null
}

/** `surrogate` is a number that each database hands out for itself; times are texts of one length, so they compare as texts. */
export interface MergeColumn {
  readonly name: string
  readonly kind: 'surrogate' | 'integer' | 'text' | 'uuid' | 'time'
  readonly nullable: boolean
}

export interface MergeReference {
  readonly columns: readonly string[]
  readonly table: string
  readonly targetColumns: readonly string[]
  readonly deferrable: boolean
}

export type MergeValue = string | number | null
export type MergeRow = Readonly<Record<string, MergeValue>>
/** Rows of every table of a database, as they are stored. */
export type MergeState = Readonly<Record<string, readonly MergeRow[]>>

/** Column lists by which rows are the same rows, in order; by table, where the user says so. */
export type MergeMatch = Readonly<Record<string, readonly (readonly string[])[]>>

export function tableNamed(schema: MergeSchema, name: string): MergeTable {
  const table = schema.tables.find((each) => each.name === name)
  if (table === undefined) throw new Error(`no table ${name}`)
  return table
}

export function columnNamed(table: MergeTable, name: string): MergeColumn {
  const column = table.columns.find((each) => each.name === name)
  if (column === undefined) throw new Error(`no column ${table.name}.${name}`)
  return column
}

/** The rules of identity, as the specification infers them; none: the whole row. */
export function identityRules(table: MergeTable, match: MergeMatch = {}): readonly (readonly string[])[] {
  const declared = match[table.name]
  if (declared !== undefined) return declared
  const natural = (key: readonly string[]): boolean => key.every((name) => columnNamed(table, name).kind !== 'surrogate')
  if (table.primaryKey !== null && natural(table.primaryKey)) return [table.primaryKey]
  const notNull = (key: readonly string[]): boolean => key.every((name) => !columnNamed(table, name).nullable)
  const uniques = table.uniques.filter((key) => natural(key) && notNull(key))
  if (uniques.length > 0) return uniques.toSorted((one, other) => one.length - other.length)
  return table.primaryKey === null ? [] : [table.primaryKey]
}

/** Columns whose values mean nothing outside their own database. */
export function surrogatesOf(table: MergeTable, match: MergeMatch = {}): ReadonlySet<string> {
  const rules = identityRules(table, match)
  return new Set(table.columns.filter(({ name, kind }) => kind === 'surrogate' && !rules.some((rule) => rule.includes(name))).map(({ name }) => name))
}
