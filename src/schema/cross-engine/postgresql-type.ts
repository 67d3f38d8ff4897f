import { observedValues, type ColumnSurvey } from '../column-survey.js'
import type { ColumnType } from '../column-type.js'
import type { Column, Table } from '../schema.js'
import type { TextForm } from '../text-forms.js'
import { declaredCandidates, FALLBACKS, LAST_RESORT, type Candidate, type UserTypes } from './postgresql-candidates.js'

export interface ChosenType {
  readonly type: ColumnType
  /** What the user should know: the values are not what the declaration says, or are of several classes. */
  readonly note: string | null
}

/** The PostgreSQL type of an SQLite column: what is declared if all values go in and come back identical, else what they are. */
export function postgresqlType(column: Column, table: Table, survey: ColumnSurvey | undefined, userTypes: UserTypes): ChosenType {
  const strict = table.traits.includes('strict')
  const declared = declaredCandidates(column.type.declared, strict, userTypes)
  // A generated column has no surveyed values, and a length would be a constraint the application never had.
  const candidates = column.generated === null ? declared : declared.filter((candidate) => !/\(\d+\)$/.test(candidate.declared))
  const [first = LAST_RESORT] = candidates
  if (survey === undefined || observedValues(survey) === 0) return { type: typeOf(first), note: null }
  const found = [...candidates, ...FALLBACKS].find((candidate) => candidate.fits(survey))
  if (found === undefined) return { type: typeOf(LAST_RESORT), note: `it holds ${classes(survey)}: text, which takes them only with --convert mixed-to-text` }
  const note = found === first || first === LAST_RESORT ? null : `declared ${column.type.declared}, but not every value would come back as it is: ${found.declared}`
  return { type: typeOf(found), note }
}

/** The forms a survey must test for `postgresqlType` to know the column. */
export function postgresqlForms(column: Column, table: Table): readonly TextForm[] {
  const candidates = declaredCandidates(column.type.declared, table.traits.includes('strict'), (type) => ({ declared: type.name, encoding: { family: 'enum' } }))
  return [...new Set(candidates.flatMap((candidate) => candidate.forms))]
}

function typeOf(candidate: Candidate): ColumnType {
  return Object.freeze({ declared: candidate.declared, encoding: candidate.encoding, dynamic: false })
}

function classes(survey: ColumnSurvey): string {
  const found: [number, string][] = [
    [survey.integers, 'INTEGER'],
    [survey.reals, 'REAL'],
    [survey.texts, 'TEXT'],
    [survey.blobs, 'BLOB'],
  ]
  return found
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(', ')
}
