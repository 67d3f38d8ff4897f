import { sqliteColumnType } from '../affinity.js'
import { observedValues, type ColumnSurvey } from '../column-survey.js'
import type { ColumnType } from '../column-type.js'
import type { UserType } from '../schema.js'
import type { TextForm } from '../text-forms.js'
import { parsePostgresqlType } from './postgresql-type-name.js'
import { rememberType } from './remembered-type.js'
import { domainsOf } from './user-types.js'

/** Decimal digits that every binary64 keeps. */
const EXACT_DIGITS = 15

/** The SQLite type of a PostgreSQL column. Only decimals depend on the values. */
export function sqliteType(type: ColumnType, types: readonly UserType[], survey: ColumnSurvey | undefined): ColumnType {
  return sqliteColumnType(declaration(type, types, survey))
}

/** The forms a survey must test for `sqliteType` to know the column; none means that no survey is needed. */
export function sqliteForms(type: ColumnType): readonly TextForm[] {
  return type.encoding.family === 'decimal' ? ['number', 'padded-number'] : []
}

function declaration(type: ColumnType, types: readonly UserType[], survey: ColumnSurvey | undefined): string {
  const declared = domainsOf(type, types).at(-1)?.base ?? type.declared
  const parsed = parsePostgresqlType(declared)
  const modifiers = parsed?.modifiers ?? []
  switch (type.encoding.family) {
    case 'integer':
      return 'INTEGER'
    case 'boolean':
      return 'BOOLEAN'
    case 'real':
      return parsed?.name === 'real' ? 'FLOAT4' : 'REAL'
    case 'bytes':
      return 'BLOB'
    case 'decimal':
      return decimal(declared, modifiers, survey)
    case 'text':
      if (parsed?.name === 'text') return 'TEXT'
      if (parsed?.name === 'character varying') return modifiers.length === 0 ? 'VARCHAR' : `VARCHAR(${modifiers.join()})`
      if (parsed?.name === 'character' && modifiers.length > 0) return `CHAR(${modifiers.join()})`
      return rememberType(declared)
    default:
      return rememberType(declared)
  }
}

/**
 * Numbers to SQLite as long as every one comes back with its digits, and with its scale, which `numeric(p,s)` fixes;
 * else text. Without a survey only a precision that a binary64 always keeps is sure.
 */
function decimal(declared: string, modifiers: readonly number[], survey: ColumnSurvey | undefined): string {
  const [precision, scale = 0] = modifiers
  const empty = survey !== undefined && observedValues(survey) === 0
  if (precision === undefined) return empty || survey?.forms.has('number') === true ? 'NUMERIC' : rememberType(declared)
  const exact = survey === undefined ? precision <= EXACT_DIGITS : empty || survey.forms.has('padded-number')
  return exact && scale >= 0 && scale <= precision ? `NUMERIC(${precision},${scale})` : rememberType(declared)
}
