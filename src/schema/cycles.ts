import { present } from '../errors/present.js'
import { dependencyOrder } from './dependency-order.js'
import type { Engine, Reference, Schema, Table } from './schema.js'

/** References that lead back to where they start, and how an import gets rows into them all the same. */
export interface Cycle {
  /** Ids, sorted; a single one for a self reference. */
  readonly tables: readonly string[]
  readonly references: readonly CycleReference[]
  /** One sentence for people. */
  readonly broken: string
}

export interface CycleReference {
  readonly table: string
  readonly columns: readonly string[]
  readonly target: string
  readonly targetColumns: readonly string[]
  /** True when a row may leave the reference NULL: one nullable column is enough, or all of them with MATCH FULL. */
  readonly nullable: boolean
  readonly deferrable: boolean
}

/** Every cycle of more than one table, and every self reference by itself; in dependency order. */
export function findCycles(schema: Schema): readonly Cycle[] {
  const cycles: Cycle[] = []
  for (const group of dependencyOrder(schema.tables)) {
    if (group.length > 1) {
      const members = new Set(group.map((table) => table.id))
      const among = group.flatMap((table) =>
        table.references
          .filter((reference) => reference.table !== table.id && members.has(reference.table))
          .map((reference) => describe(table, reference)),
      )
      cycles.push(cycle([...members], among, schema.engine))
    }
    for (const table of group) {
      for (const reference of table.references) {
        if (reference.table === table.id) cycles.push(cycle([table.id], [describe(table, reference)], schema.engine))
      }
    }
  }
  return Object.freeze(cycles)
}

/** `orders.user_id → users`, `lines.(order_id, line) → orders`. */
export function describeReference(reference: Pick<CycleReference, 'table' | 'columns' | 'target'>): string {
  const columns = reference.columns.length === 1 ? reference.columns.join() : `(${reference.columns.join(', ')})`
  return `${reference.table}.${columns} → ${reference.target}`
}

function describe(table: Table, reference: Reference): CycleReference {
  const nullables = reference.columns.map((name) => table.columns.find((column) => column.name === name)?.nullable ?? true)
  return Object.freeze({
    table: table.id,
    columns: reference.columns,
    target: reference.table,
    targetColumns: reference.targetColumns,
    nullable: reference.match === 'full' ? nullables.every(Boolean) : nullables.some(Boolean),
    deferrable: reference.deferrability !== 'not-deferrable',
  })
}

function cycle(tables: readonly string[], references: readonly CycleReference[], engine: Engine): Cycle {
  const broken = engine === 'sqlite' ? inSqlite(references) : inPostgresql(references)
  return Object.freeze({ tables: Object.freeze([...tables].sort()), references: Object.freeze(references), broken })
}

function inSqlite(references: readonly CycleReference[]): string {
  const [only] = references
  const strict = references.filter((reference) => !reference.nullable)
  const aside =
    strict.length === 0
      ? ''
      : references.length === 1
        ? ', so its being NOT NULL needs no placeholder'
        : `, so ${list(strict)}, being NOT NULL, ${strict.length === 1 ? 'needs' : 'need'} no placeholder`
  return references.length === 1 && only !== undefined
    ? `${describeReference(only)} is not enforced while rows go in and is proven by foreign_key_check before the commit${aside}.`
    : `${list(references)} are not enforced while rows go in and are proven by foreign_key_check before the commit${aside}.`
}

function inPostgresql(references: readonly CycleReference[]): string {
  const [only] = references
  if (references.length === 1 && only !== undefined) {
    const otherwise = only.deferrable
      ? 'being deferrable it is checked at the end of the transaction'
      : `it is checked after the one statement that writes all rows of ${only.table}`
    return `Into an empty table ${describeReference(only)} is dropped and added again, validated, in the same transaction; into rows that are there ${otherwise}${placeholder(references)}.`
  }
  const deferred = references.filter((reference) => reference.deferrable)
  const immediate = references.filter((reference) => !reference.deferrable)
  const ways: string[] = []
  if (deferred.length > 0) ways.push(`${list(deferred)}, being deferrable, ${verb(deferred)} checked at the end of the transaction`)
  if (immediate.length > 0) ways.push(`${list(immediate)} ${verb(immediate)} checked after the one statement that writes the whole cycle`)
  return `Into empty tables ${list(references)} are dropped and added again, validated, in the same transaction; into rows that are there ${ways.join(' and ')}${placeholder(immediate)}.`
}

/** Only a reference that is neither deferrable nor nullable makes people fear that a row cannot be written first. */
function placeholder(references: readonly CycleReference[]): string {
  const strict = references.filter((reference) => !reference.nullable && !reference.deferrable)
  if (strict.length === 0) return ''
  return references.length === 1 ? ', so its being NOT NULL needs no placeholder' : `, so ${list(strict)}, being NOT NULL, ${strict.length === 1 ? 'needs' : 'need'} no placeholder`
}

const verb = (references: readonly CycleReference[]): string => (references.length === 1 ? 'is' : 'are')

function list(references: readonly CycleReference[]): string {
  const names = references.map(describeReference)
  const last = present(names.pop())
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`
}
