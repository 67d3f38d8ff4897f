import { present } from '../../errors/present.js'
import { dependencyOrder } from '../dependency-order.js'
import type { Check, Engine, LeftOut, Schema, Table } from '../schema.js'
import { chooseTypes } from './choose-types.js'
import type { ConstraintPlan } from './constraint-plan.js'
import { crossChecks } from './cross-checks.js'
import { crossIndexes } from './cross-indexes.js'
import { crossKeys } from './cross-keys.js'
import { crossReferences } from './cross-references.js'
import { crossSequences } from './cross-sequences.js'
import { tableFinder } from './find-name.js'
import { NameAllocator } from './name-allocator.js'
import { recoverEnums } from './recover-enums.js'
import type { Surveys } from './survey-of.js'
import { draftTable } from './table-draft.js'
import { crossTableNames } from './table-names.js'

export interface CrossedSchema {
  readonly schema: Schema
  /** What the other engine does not get, and columns that became another type than their declaration says. */
  readonly notes: readonly LeftOut[]
}

/**
 * A schema as the other engine can have it, so that every value comes back identical; docs/FORMAT.md, "Crossing
 * engines". `surveys` (by table id and column name; see `surveyFor`) say what the values are: a column without one
 * counts as empty and is mapped by its declaration alone. Values are not judged here but when they are loaded.
 * @throws SCHEMA_UNSUPPORTED names that the other engine does not take or tell apart
 */
export function crossSchema(schema: Schema, to: Engine, surveys: Surveys): CrossedSchema {
  if (schema.engine === to) return { schema, notes: [] }
  const notes: LeftOut[] = []
  const tableNames = crossTableNames(schema.tables, to)
  const names = new NameAllocator(to)
  for (const name of tableNames.values()) names.reserve(name.namespace, name.name)
  noteWhatHasNoCounterpart(schema, to, notes)

  const enums = to === 'postgresql' ? recoverEnums(schema) : { types: [], checks: new Set<Check>() }
  const types = chooseTypes(schema, to, surveys, enums.types, notes)
  const { identities, sequences } = crossSequences(schema, to, tableNames, names, notes)
  const plan: ConstraintPlan = { from: schema, to, surveys, names }

  // Each step goes through all tables before the next: a reference needs the keys it refers to, made-up names need the user's.
  const drafts = schema.tables.map((table) => {
    const name = present(tableNames.get(table.id))
    return draftTable(table, { from: schema, to, name, types: present(types.get(table.id)), identities: identities.get(table.id) ?? new Map(), userTypes: enums.types, notes })
  })
  const withIndexes = drafts.map((draft) => ({ draft, indexes: crossIndexes(draft, plan) }))
  const withKeys = withIndexes.map(({ draft, indexes }) => ({ draft, keys: crossKeys(draft, indexes, plan) }))
  const bySource = new Map(withKeys.map((entry) => [entry.draft.source, entry]))
  const find = tableFinder(schema)
  const target = (id: string): (typeof withKeys)[number] | undefined => {
    const table = find(id)
    return table === undefined ? undefined : bySource.get(table)
  }
  const tables = withKeys.map(({ draft, keys }): Table => {
    const inKey = new Set(to === 'postgresql' ? keys.primaryKey?.columns : [])
    const columns = draft.columns.map((column) => (inKey.has(column.name) ? Object.freeze({ ...column, nullable: false }) : column))
    return Object.freeze({ ...draft.name, traits: [], columns, ...keys, references: crossReferences(draft, target, plan), checks: crossChecks(draft, enums.checks, plan), ddl: null })
  })
  const crossed: Schema = { engine: to, engineVersion: '', extensions: [], types: enums.types, sequences, tables: dependencyOrder(tables).flat(), statements: [], leftOut: [], file: null }
  return Object.freeze({ schema: Object.freeze(crossed), notes: Object.freeze(notes) })
}

function noteWhatHasNoCounterpart(schema: Schema, to: Engine, notes: LeftOut[]): void {
  for (const table of schema.tables) {
    if (table.traits.includes('virtual')) notes.push({ kind: 'virtual table', name: table.id, reason: 'its rows are kept in a plain table; what its module indexes is not there' })
    if (table.traits.includes('partitioned')) notes.push({ kind: 'partitioning', name: table.id, reason: 'SQLite has none; the rows of all partitions are in one table' })
  }
  for (const statement of schema.statements) notes.push({ kind: statement.kind, name: statement.name, reason: 'it is written in the dialect of SQLite' })
  for (const [name, value] of [['user_version', schema.file?.userVersion ?? 0], ['application_id', schema.file?.applicationId ?? 0]] as const) {
    if (value !== 0) notes.push({ kind: 'setting', name, reason: `it is ${value} in the header of the SQLite file; PostgreSQL has no place for it` })
  }
  if (to === 'postgresql') return
  for (const type of schema.types) {
    if (type.kind === 'domain') notes.push({ kind: 'domain', name: type.id, reason: 'SQLite has no domains; its columns carry what of its checks crosses' })
    else if (type.kind !== 'enum') notes.push({ kind: type.kind, name: type.id, reason: 'SQLite has no such types; the values are kept as text' })
  }
}
