import { HoldallError } from '../errors/holdall-error.js'
import type { PlainTable } from '../formats/survey-plain-document.js'
import { narrowSchema } from '../schema/narrow-schema.js'
import { narrowTable } from '../schema/narrow-table.js'
import { nearNames } from '../schema/near-names.js'
import type { Schema, Table } from '../schema/schema.js'

export interface Fault {
  readonly table: string
  readonly column?: string
  readonly message: string
}

export interface PlainChoice {
  /** Whether rows of a table are wanted at all. */
  readonly takes: (table: string) => boolean
  /** Where columns that the target lacks may be left out: it hears of them. */
  readonly dropped: Fault[] | null
}

/**
 * The schema of a document that has none: the target's, as far as the document has rows of its tables and keys of their columns. A
 * table without rows is taken whole, for it says that there are none; one that the target lacks too says nothing. Of what `takes` leaves
 * out nothing need fit: a table that the target lacks stands there without columns and rows.
 * @throws SCHEMA_DRIFT naming every table and column that the target does not have
 */
export function plainSchema(tables: ReadonlyMap<string, PlainTable>, target: Schema, { takes, dropped }: PlainChoice): Schema {
  const faults: Fault[] = []
  for (const [id, { rows, columns }] of tables) {
    const table = target.tables.find((each) => each.id === id)
    if (!takes(id)) continue
    if (table !== undefined) for (const fault of unknownColumns(table, columns)) (dropped ?? faults).push(fault)
    else if (rows > 0) faults.push({ table: id, message: `the target has no table ${id}${near(id, target.tables.map((each) => each.id))}` })
  }
  const [first, ...more] = faults
  if (first !== undefined) throw new HoldallError('SCHEMA_DRIFT', { ...first, details: more.map(({ message }) => `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}.`) })
  const found = target.tables.flatMap((table) => {
    const surveyed = tables.get(table.id)
    if (surveyed === undefined) return []
    return [surveyed.rows === 0 ? table : narrowTable(table, (name) => surveyed.columns.includes(name))]
  })
  const unknown = [...tables.keys()].filter((id) => !takes(id) && !target.tables.some((table) => table.id === id)).map(blankTable)
  return { ...narrowSchema(target, [...found, ...unknown]), sequences: [], statements: [], leftOut: [], file: null }
}

function blankTable(id: string): Table {
  return { id, namespace: null, name: id, traits: [], columns: [], primaryKey: null, uniques: [], references: [], checks: [], indexes: [], ddl: null }
}

function unknownColumns(table: Table, columns: readonly string[]): Fault[] {
  const known = table.columns.map(({ name }) => name)
  return columns.filter((name) => !known.includes(name)).map((column) => ({ table: table.id, column, message: `the target has no column ${table.id}.${column}${near(column, known)}` }))
}

function near(name: string, names: readonly string[]): string {
  const found = nearNames(name, names)
  return found.length === 0 ? '' : `; it has ${found.join(' and ')}, which ${found.length === 1 ? 'is' : 'are'} near`
}
