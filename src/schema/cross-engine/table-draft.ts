import { present } from '../../errors/present.js'
import type { ColumnType } from '../column-type.js'
import type { Column, Engine, Identity, LeftOut, Schema, Table, UserType } from '../schema.js'
import { crossDefault } from './cross-default.js'
import { crossValue, type ExpressionContext, type ValueKind } from './cross-expression.js'
import { findColumn } from './find-name.js'
import { parsePostgresqlType } from './postgresql-type-name.js'
import type { TableName } from './table-names.js'
import { domainsOf, findUserType } from './user-types.js'
import { hasBytewiseEquality, valueKind } from './value-kind.js'

/** One table on its way to the other engine: its columns are decided, its keys and constraints follow. */
export interface TableDraft {
  readonly source: Table
  readonly name: TableName
  readonly columns: readonly Column[]
  /** For expressions over the columns that cross. */
  readonly context: ExpressionContext
  readonly note: Note
}

export type Note = (kind: string, name: string, reason: string) => void

export interface DraftPlan {
  readonly from: Schema
  readonly to: Engine
  readonly name: TableName
  /** The type of every column in the other engine. */
  readonly types: ReadonlyMap<string, ColumnType>
  readonly identities: ReadonlyMap<string, Identity>
  /** Enum types known where the table goes. */
  readonly userTypes: readonly UserType[]
  readonly notes: LeftOut[]
}

export function draftTable(source: Table, plan: DraftPlan): TableDraft {
  const note: Note = (kind, name, reason) => void plan.notes.push(Object.freeze({ kind, name, reason }))
  const { engine } = plan.from
  const kinds = new Map(source.columns.map((column) => [column.name, kindOf(column, plan)]))
  const lookup = (crossed: (column: Column) => boolean): ExpressionContext => ({
    from: engine,
    column: (name) => {
      const column = findColumn(source, name, engine)
      const kind = column === undefined ? undefined : kinds.get(column.name)
      return column === undefined || kind === undefined || !crossed(column) ? null : { name: column.name, kind }
    },
  })
  // PostgreSQL computes a generated column from plain ones only.
  const plain = lookup((column) => column.generated === null)
  const columns = source.columns.map((column) => draftColumn(source, column, plan, plain, note)).filter((column) => column !== null)
  const names = new Set(columns.map((column) => column.name))
  return { source, name: plan.name, columns, context: lookup((column) => names.has(column.name)), note }
}

function draftColumn(table: Table, column: Column, plan: DraftPlan, plain: ExpressionContext, note: Note): Column | null {
  const shown = `${table.id}.${column.name}`
  const type = present(plan.types.get(column.name))
  const domain = plan.from.engine === 'postgresql' ? domainsOf(column.type, plan.from.types) : []
  const identity = plan.identities.get(column.name) ?? null
  const generated = column.generated === null ? null : crossGenerated(column, column.generated, type, plan, plain)
  if (generated !== null && 'reason' in generated) {
    note('generated column', shown, `${generated.reason}; its values are derived, so nothing stored is lost`)
    return null
  }
  if (column.collation !== null && !hasBytewiseEquality(column.collation)) note('collation', shown, `${column.collation} is not known to the other engine; texts compare by their bytes or by its default`)
  return Object.freeze({
    name: column.name,
    type,
    nullable: column.nullable && domain.every((one) => one.nullable),
    default: generated === null && identity === null ? draftDefault(column, type, plan, shown, domain.find((one) => one.default !== null)?.default ?? null, note) : null,
    identity,
    generated,
    collation: null,
  })
}

function draftDefault(column: Column, type: ColumnType, plan: DraftPlan, shown: string, inherited: string | null, note: Note): string | null {
  // A rowid always crosses as an identity.
  if (column.identity !== null) {
    note('default', shown, 'SQLite numbers rows only by an INTEGER PRIMARY KEY of one column')
    return null
  }
  const text = column.default ?? inherited
  if (text === null || /^\(*\s*null\s*(?:::[\w ."[\]()]+)?\)*$/i.test(text)) return null
  const crossed = crossDefault(text, { ...sides(column.type, type, plan), from: plan.from.engine, labels: labelsOf(column.type, type, plan) })
  if (crossed === null) note('default', shown, `${text} is more than a literal that the type takes, or the time of the insert`)
  return crossed
}

function crossGenerated(column: Column, generated: NonNullable<Column['generated']>, type: ColumnType, plan: DraftPlan, plain: ExpressionContext): Column['generated'] | { readonly reason: string } {
  const crossing = crossValue(generated.expression, plain)
  if ('reason' in crossing) return crossing
  const kind = kindOf(column, plan, type)
  const widens = crossing.kind === 'integer' && (kind === 'real' || kind === 'decimal')
  if (crossing.kind !== kind && !widens) return { reason: `its expression gives a ${crossing.kind} for a column declared ${column.type.declared === '' ? 'without a type' : column.type.declared}` }
  // PostgreSQL before 18 has no virtual ones, and the values are the same.
  return Object.freeze({ expression: crossing.sql, stored: plan.to === 'postgresql' || generated.stored })
}

/** The type on PostgreSQL's side and the declaration on SQLite's, whichever way the column goes. */
function sides(source: ColumnType, target: ColumnType, plan: DraftPlan): { readonly postgresql: ColumnType; readonly sqlite: string } {
  return plan.to === 'sqlite' ? { postgresql: source, sqlite: target.declared } : { postgresql: target, sqlite: source.declared }
}

function kindOf(column: Column, plan: DraftPlan, type = present(plan.types.get(column.name))): ValueKind {
  const { postgresql, sqlite } = sides(column.type, type, plan)
  const over = plan.to === 'sqlite' ? domainsOf(column.type, plan.from.types).at(-1)?.base : undefined
  return valueKind(over === undefined ? postgresql : { ...postgresql, declared: over }, sqlite, column.collation)
}

function labelsOf(source: ColumnType, target: ColumnType, plan: DraftPlan): readonly string[] {
  const parsed = parsePostgresqlType(plan.to === 'sqlite' ? source.declared : target.declared)
  const found = parsed === null ? undefined : findUserType(parsed, plan.to === 'sqlite' ? plan.from.types : plan.userTypes)
  return found?.kind === 'enum' ? found.labels : []
}
