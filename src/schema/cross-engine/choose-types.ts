import { sqliteColumnType } from '../affinity.js'
import { emptySurvey, type ColumnSurvey } from '../column-survey.js'
import type { ColumnType } from '../column-type.js'
import type { Column, Engine, LeftOut, Schema, Table, UserType } from '../schema.js'
import { alignReferenceTypes, type TypeChoices } from './align-reference-types.js'
import { numberedColumn } from './cross-sequences.js'
import type { UserTypes } from './postgresql-candidates.js'
import { formatPostgresqlType } from './postgresql-type-name.js'
import { postgresqlForms, postgresqlType } from './postgresql-type.js'
import { builtInType } from './remembered-type.js'
import { sqliteForms, sqliteType } from './sqlite-type.js'
import { surveyOf, type Surveys } from './survey-of.js'
import { findUserType } from './user-types.js'

/**
 * An empty survey of what `crossSchema` must know of a stored column, to be filled by `observe` with every value; null
 * when its type does not depend on values: only decimals do when the rows come from PostgreSQL.
 */
export function surveyFor(table: Table, column: Column, from: Engine): ColumnSurvey | null {
  if (from === 'sqlite') return emptySurvey(postgresqlForms(column, table))
  const forms = sqliteForms(column.type)
  return forms.length === 0 ? null : emptySurvey(forms)
}

/** The type of every column in the other engine. */
export function chooseTypes(schema: Schema, to: Engine, surveys: Surveys, enums: readonly UserType[], notes: LeftOut[]): TypeChoices {
  return to === 'sqlite' ? forSqlite(schema, surveys) : forPostgresql(schema, surveys, enums, notes)
}

function forPostgresql(schema: Schema, surveys: Surveys, enums: readonly UserType[], notes: LeftOut[]): TypeChoices {
  const userTypes: UserTypes = (name) => {
    const found = name.array || builtInType(name) !== null ? undefined : findUserType(name, enums)
    return found === undefined ? null : { declared: formatPostgresqlType({ ...name, namespace: found.namespace }, false), encoding: { family: 'enum' } }
  }
  const chosen = new Map(
    schema.tables.map((table) => [
      table.id,
      new Map(table.columns.map((column) => [column.name, postgresqlType(column, table, surveyOf(surveys, table.id, column.name), userTypes)])),
    ]),
  )
  const choices: TypeChoices = new Map([...chosen].map(([id, columns]) => [id, new Map([...columns].map(([name, choice]) => [name, choice.type]))]))
  alignReferenceTypes(schema, surveys, choices)
  for (const [table, columns] of chosen) {
    for (const [column, choice] of columns) {
      const type = choices.get(table)?.get(column)
      const aligned = type === undefined || type === choice.type ? null : `${type.declared}, so that keys and references compare it`
      const reason = aligned ?? choice.note
      if (reason !== null) notes.push({ kind: 'type', name: `${table}.${column}`, reason })
    }
  }
  return choices
}

function forSqlite(schema: Schema, surveys: Surveys): TypeChoices {
  const typeOf = (table: Table, column: Column): ColumnType => {
    const type = sqliteType(column.type, schema.types, surveyOf(surveys, table.id, column.name))
    // An INTEGER PRIMARY KEY would number rows by itself, which a key without identity does not.
    const lone = table.primaryKey?.columns.length === 1 && table.primaryKey.columns[0] === column.name
    return lone && type.declared === 'INTEGER' && numberedColumn(table, schema.engine) === null ? sqliteColumnType('BIGINT') : type
  }
  return new Map(schema.tables.map((table) => [table.id, new Map(table.columns.map((column) => [column.name, typeOf(table, column)]))]))
}
