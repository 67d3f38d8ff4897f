import { affinityOf } from '../affinity.js'
import { observedValues, type ColumnSurvey } from '../column-survey.js'
import type { Encoding, ScalarFamily } from '../column-type.js'
import type { TextForm } from '../text-forms.js'
import { builtInType, recallType } from './remembered-type.js'
import type { PostgresqlTypeName } from './postgresql-type-name.js'

/** A PostgreSQL type an SQLite column may become. */
export interface Candidate {
  /** As `format_type` prints it. */
  readonly declared: string
  readonly encoding: Encoding
  /** What must be tested on the texts for `fits` to be right. */
  readonly forms: readonly TextForm[]
  /** Whether every value observed goes in and comes back as the identical value. */
  readonly fits: (survey: ColumnSurvey) => boolean
}

/** Finds the type the user created, by the name the declaration remembers. */
export type UserTypes = (type: PostgresqlTypeName) => { readonly declared: string; readonly encoding: Encoding } | null

/** What the declaration asks for, best first; then see `FALLBACKS`. */
export function declaredCandidates(declared: string, strict: boolean, userTypes: UserTypes): readonly Candidate[] {
  const recalled = recallType(declared)
  if (recalled !== null) {
    const type = builtInType(recalled) ?? userTypes(recalled)
    return type === null ? [text] : [remembered(recalled, type), text]
  }
  const [, words = '', first, second] = /^([^(]*?)\s*(?:\(\s*(\d+)[^,)]*(?:,\s*(\d+)\s*)?\).*)?$/.exec(declared.trim().toUpperCase()) ?? []
  const length = Number(first ?? 0)
  switch (affinityOf(declared, strict)) {
    case 'integer':
      return [bigint]
    case 'real':
      return words === 'FLOAT4' ? [real, double] : [double]
    case 'blob':
      return /BLOB/.test(words) ? [bytea] : []
    case 'text':
      if (/^(?:N|NATIVE )?(?:CHAR|CHARACTER)$/.test(words) && length > 0) return [character(length), varchar(length), text]
      if (words === 'VARCHAR' && length === 0) return [unlimited]
      return /CHAR/.test(words) && length > 0 ? [varchar(length), text] : [text]
    case 'numeric':
      return numericWords(words, length, second === undefined ? 0 : Number(second))
  }
}

function numericWords(words: string, precision: number, scale: number): readonly Candidate[] {
  if (/BOOL/.test(words)) return [boolean]
  if (/^(?:UUID|GUID|UNIQUEIDENTIFIER)$/.test(words)) return [textual('uuid', 'uuid', 'uuid'), text]
  if (/^JSONB?$/.test(words)) return [textual('json', 'json', 'json'), text]
  if (/^(?:TIMESTAMPTZ|DATETIMETZ|TIMESTAMP WITH TIME ZONE)$/.test(words)) return [timestamptz, timestamp, text]
  if (/DATETIME|TIMESTAMP/.test(words)) return [timestamp, timestamptz, text]
  if (words === 'DATE') return [textual('date', 'date', 'date'), timestamp, text]
  if (words === 'TIME') return [textual('time without time zone', 'time', 'time'), text]
  if (/^(?:NUMERIC|DECIMAL|DEC|NUMBER|MONEY|CURRENCY)$/.test(words)) return precision > 0 && precision <= 1000 && scale <= precision ? [limited(precision, scale), numeric] : [numeric]
  return [text]
}

const scalar = (declared: string, family: ScalarFamily, fits: (survey: ColumnSurvey) => boolean, forms: readonly TextForm[] = []): Candidate =>
  Object.freeze({ declared, encoding: { family }, forms, fits })

const only = (survey: ColumnSurvey, kind: 'integers' | 'reals' | 'texts' | 'blobs'): boolean => survey[kind] === observedValues(survey)
const textual = (declared: string, family: ScalarFamily, form: TextForm): Candidate => scalar(declared, family, (survey) => only(survey, 'texts') && survey.forms.has(form), [form])

/** Numbers that a column of NUMERIC affinity gives back: one that would turn a REAL into INTEGER changes it. */
const exactNumbers = (survey: ColumnSurvey): boolean => survey.texts === 0 && survey.blobs === 0 && survey.wholeReals === 0 && survey.infiniteReals === 0

const bigint = scalar('bigint', 'integer', (survey) => only(survey, 'integers'))
const boolean = scalar('boolean', 'boolean', (survey) => only(survey, 'integers') && (survey.minInteger ?? 0n) >= 0n && (survey.maxInteger ?? 0n) <= 1n)
const double = scalar('double precision', 'real', (survey) => only(survey, 'reals'))
const real = scalar('real', 'real', (survey) => only(survey, 'reals') && survey.float4)
const numeric = scalar('numeric', 'decimal', exactNumbers)
const text = scalar('text', 'text', (survey) => only(survey, 'texts'))
const unlimited = scalar('character varying', 'text', (survey) => only(survey, 'texts'))
const bytea = scalar('bytea', 'bytes', (survey) => only(survey, 'blobs'))
const timestamp = textual('timestamp without time zone', 'timestamp', 'timestamp')
const timestamptz = textual('timestamp with time zone', 'timestamptz', 'timestamptz')

/** For values that are not what the declaration asks for. */
export const FALLBACKS: readonly Candidate[] = Object.freeze([bigint, double, numeric, text, bytea])

/** Takes what no other type takes, if --convert mixed-to-text allows. */
export const LAST_RESORT = text

function limited(precision: number, scale: number): Candidate {
  return scalar(`numeric(${precision},${scale})`, 'decimal', (survey) => exactNumbers(survey) && survey.integerDigits <= precision - scale && survey.fractionDigits <= scale)
}

/** PostgreSQL's longest varchar. */
const LONGEST = 10_485_760

function varchar(length: number): Candidate {
  return length > LONGEST ? text : scalar(`character varying(${length})`, 'text', (survey) => only(survey, 'texts') && survey.maxTextLength <= length)
}

/** PostgreSQL pads `char(n)` with blanks, so only texts of just that length come back as they were. */
function character(length: number): Candidate {
  const full = (survey: ColumnSurvey): boolean => only(survey, 'texts') && (observedValues(survey) === 0 || (survey.minTextLength === length && survey.maxTextLength === length))
  return length > LONGEST ? text : scalar(`character(${length})`, 'text', full)
}

/** Back to the very type the column came from. What has no form to be tested by is judged when the rows are loaded. */
function remembered(name: PostgresqlTypeName, type: { readonly declared: string; readonly encoding: Encoding }): Candidate {
  const [first, second = 0] = name.modifiers
  const form = rememberedForm(name, type.encoding)
  const fits = (survey: ColumnSurvey): boolean => {
    if (!only(survey, 'texts') || (form !== null && !survey.forms.has(form))) return false
    if (observedValues(survey) === 0) return true
    // Numbers that need no text would come back as numbers.
    if (form === 'decimal' && survey.forms.has(numberForm(first, second))) return false
    if (first === undefined) return true
    switch (form) {
      case 'decimal':
        return second < 0 || second > first || survey.specialTexts === survey.texts || (survey.integerDigits <= first - second && survey.fractionDigits === second && survey.leastTextFraction === second)
      case 'bits':
        return survey.maxTextLength <= first && (name.name === 'bit varying' || survey.minTextLength === first)
      case 'time':
      case 'timetz':
      case 'timestamp':
      case 'timestamptz':
        return survey.fractionDigits <= first
      default:
        return true
    }
  }
  return Object.freeze({ ...type, forms: form === null ? [] : form === 'decimal' ? [form, numberForm(first, second)] : [form], fits })
}

/** What `sqliteType` asks before it takes numbers for a decimal; a scale that SQLite cannot declare is always kept as text. */
function numberForm(precision: number | undefined, scale: number): TextForm {
  if (precision === undefined) return 'number'
  return scale >= 0 && scale <= precision ? 'padded-number' : 'none'
}

function rememberedForm(name: PostgresqlTypeName, encoding: Encoding): TextForm | null {
  switch (encoding.family) {
    case 'array':
      return 'array'
    case 'composite':
      return 'object'
    case 'json':
      return name.name === 'jsonb' ? 'jsonb' : 'json'
    case 'decimal':
    case 'date':
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
    case 'uuid':
      return encoding.family
    case 'other':
      return /^bit\b/.test(name.name) ? 'bits' : null
    default:
      return null
  }
}
