import { affinityOf } from '../affinity.js'
import type { ColumnType } from '../column-type.js'
import type { Engine } from '../schema.js'
import { hasForm } from '../text-forms.js'
import { parseExpression, type Expression } from './expression.js'
import { parsePostgresqlType } from './postgresql-type-name.js'
import { quoteString } from './quote.js'

export interface DefaultContext {
  readonly from: Engine
  /** The column's type on the PostgreSQL side, and its declaration on the SQLite side. */
  readonly postgresql: ColumnType
  readonly sqlite: string
  /** Labels, when the type is an enum. */
  readonly labels: readonly string[]
}

/** Time as SQLite's CURRENT_TIMESTAMP has it, whatever the session's zone. */
const UTC = `(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')`
const SQLITE_TIMESTAMPTZ = `strftime('%Y-%m-%d %H:%M:%S+00', 'now')`

/** A default in the other engine's words; null when it has none. Literals cross, and the time of the insert. */
export function crossDefault(text: string, context: DefaultContext): string | null {
  const moment = context.from === 'sqlite' ? sqliteMoment(text) : postgresqlMoment(text)
  if (moment !== null) return context.from === 'sqlite' ? momentOfPostgresql(moment, context.postgresql) : momentOfSqlite(moment, context.postgresql)
  const literal = literalOf(parseExpression(text, context.from), context.from)
  if (literal === null) return null
  return context.from === 'sqlite' ? literalOfPostgresql(literal, context) : literalOfSqlite(literal, context)
}

type Moment = 'timestamp' | 'date' | 'time'

function sqliteMoment(text: string): Moment | null {
  const normal = normalise(text)
  if (normal === 'current_timestamp' || normal === `datetime'now'` || normal === normalise(SQLITE_TIMESTAMPTZ)) return 'timestamp'
  if (normal === 'current_date' || normal === `date'now'`) return 'date'
  return normal === 'current_time' || normal === `time'now'` ? 'time' : null
}

function momentOfPostgresql(moment: Moment, type: ColumnType): string | null {
  switch (type.encoding.family) {
    case 'timestamptz':
      return moment === 'timestamp' ? 'CURRENT_TIMESTAMP' : null
    case 'timestamp':
      return moment === 'timestamp' ? UTC : null
    case 'date':
      return moment === 'date' ? `(${UTC}::date)` : null
    case 'time':
      return moment === 'time' ? `(${UTC}::time without time zone)` : null
    case 'text':
      return `to_char(${UTC}, '${TEXT_OF[moment]}')`
    default:
      return null
  }
}

const TEXT_OF = { timestamp: 'YYYY-MM-DD HH24:MI:SS', date: 'YYYY-MM-DD', time: 'HH24:MI:SS' } as const

function postgresqlMoment(text: string): Moment | null {
  // Version 12 prints `timezone('UTC', now())` where 18 prints `now() AT TIME ZONE 'UTC'`.
  const normal = normalise(text).replace(/timezone'utc',(\w+)/, '$1').replace(/attimezone'utc'/, '')
  const [, inner = normal, pattern] = /^to_char(\w+),('.*')$/.exec(normal) ?? []
  const [, base, cast] = /^(now|current_timestamp|localtimestamp|transaction_timestamp|statement_timestamp|current_date|current_time|localtime)((?:::\w+)?)$/.exec(inner) ?? []
  if (base === undefined) return null
  if (pattern !== undefined) return (Object.keys(TEXT_OF) as Moment[]).find((moment) => normalise(quoteString(TEXT_OF[moment])) === pattern) ?? null
  if (cast === '::date' || base === 'current_date') return 'date'
  if (cast?.startsWith('::time') === true && !cast.startsWith('::timestamp')) return 'time'
  return base === 'current_time' || base === 'localtime' ? 'time' : 'timestamp'
}

function momentOfSqlite(moment: Moment, type: ColumnType): string | null {
  const { family } = type.encoding
  if (family === 'timestamptz') return moment === 'timestamp' ? `(${SQLITE_TIMESTAMPTZ})` : null
  if (family === 'text') return `CURRENT_${moment.toUpperCase()}`
  return family === moment ? `CURRENT_${moment.toUpperCase()}` : null
}

function normalise(text: string): string {
  return text.toLowerCase().replaceAll('::text', '').replace(/[\s()]/g, '')
}

type Literal = { readonly kind: 'string' | 'number' | 'blob'; readonly text: string } | { readonly kind: 'boolean'; readonly value: boolean }

function literalOf(expression: Expression | null, from: Engine): Literal | null {
  switch (expression?.kind) {
    case 'string':
    case 'number':
    case 'blob':
    case 'boolean':
      return expression
    case 'minus':
      return expression.operand.kind === 'number' ? { kind: 'number', text: `-${expression.operand.text}` } : null
    case 'column':
      // SQLite takes a name in double quotes, where no column can be meant, for a string.
      return from === 'sqlite' && expression.quoted ? { kind: 'string', text: expression.name } : null
    case 'cast':
      // A cast to a type with a modifier cuts or rounds.
      return expression.type.includes('(') ? null : literalOf(expression.operand, from)
    default:
      return null
  }
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/

function literalOfPostgresql(literal: Literal, { postgresql, labels }: DefaultContext): string | null {
  const { family } = postgresql.encoding
  const text = literal.kind === 'boolean' ? (literal.value ? '1' : '0') : literal.text
  if (literal.kind === 'blob') return family === 'bytes' ? `'\\x${text}'` : null
  switch (family) {
    case 'boolean':
      return text === '1' ? 'TRUE' : text === '0' ? 'FALSE' : null
    case 'integer':
      return DECIMAL.test(text) && Number.isInteger(Number(text)) && inRange(text) ? text.replace(/\..*/, '') : null
    case 'real':
    case 'decimal':
      return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? text : null
    case 'text':
      return literal.kind === 'string' ? string(text) : /^-?\d+$/.test(text) ? string(String(BigInt(text))) : null
    default:
      return literal.kind === 'string' ? typedString(text, postgresql, labels) : null
  }
}

function literalOfSqlite(literal: Literal, { postgresql, sqlite, labels }: DefaultContext): string | null {
  const { family } = postgresql.encoding
  const text = literal.kind === 'boolean' ? (literal.value ? '1' : '0') : literal.text
  switch (family) {
    case 'boolean':
      return /^(?:1|t|true)$/.test(text) ? '1' : /^(?:0|f|false)$/.test(text) ? '0' : null
    case 'integer':
      return /^-?\d+$/.test(text) ? text : null
    case 'real':
      return DECIMAL.test(text) ? text : null
    case 'decimal':
      if (!DECIMAL.test(text)) return null
      return affinityOf(sqlite) === 'text' ? string(withScale(text, parsePostgresqlType(postgresql.declared)?.modifiers[1])) : text
    case 'bytes':
      return /^\\x(?:[0-9a-f]{2})*$/.test(text) ? `x'${text.slice(2)}'` : null
    case 'text':
      return literal.kind === 'string' ? string(text) : null
    default:
      return literal.kind === 'string' ? typedString(text, postgresql, labels) : null
  }
}

/** A string that must be a value of the type as the type prints it, so that nothing but a valid default is made of it. */
function typedString(text: string, type: ColumnType, labels: readonly string[]): string | null {
  switch (type.encoding.family) {
    case 'enum':
      return labels.includes(text) ? string(text) : null
    case 'array':
      return text === '{}' ? string('[]') : text === '[]' ? string('{}') : null
    case 'json':
      return hasForm(text, type.declared === 'jsonb' ? 'jsonb' : 'json') ? string(text) : null
    case 'date':
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
    case 'uuid':
      return hasForm(text, type.encoding.family) ? string(text) : null
    default:
      return null
  }
}

/** A default of a decimal that rests as text has the digits an inserted value would be given. */
function withScale(text: string, scale = 0): string {
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length >= scale || scale === 0 ? text : `${whole}.${fraction.padEnd(scale, '0')}`
}

function string(text: string): string | null {
  return text.includes('\0') ? null : quoteString(text)
}

function inRange(text: string): boolean {
  const value = BigInt(text.replace(/\..*/, ''))
  return value >= -(2n ** 63n) && value < 2n ** 63n
}
