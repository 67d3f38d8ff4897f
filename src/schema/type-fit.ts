import { affinityOf } from './affinity.js'
import type { ColumnType, Encoding, Family } from './column-type.js'
import type { Engine } from './schema.js'

/**
 * Whether a column can take another's values: `same` always, `checked` value by value when rows are loaded (the target
 * is narrower, or only the values tell), `never` as a matter of type.
 */
export type TypeFit = 'same' | 'checked' | 'never'

export interface TypeSide {
  readonly engine: Engine
  readonly type: ColumnType
  /** STRICT tables of SQLite. */
  readonly strict: boolean
}

export function typeFit(source: TypeSide, target: TypeSide): TypeFit {
  if (source.engine === target.engine && source.type.declared === target.type.declared && (source.strict || !target.strict)) return 'same'
  return target.engine === 'sqlite' ? intoSqlite(source, target) : intoPostgresql(source, target)
}

type Families = Partial<Readonly<Record<Family, TypeFit>>>

/** What a PostgreSQL family takes; a family that is not named is never taken. */
const TAKES: Readonly<Record<Family, Families>> = {
  boolean: { boolean: 'same', integer: 'checked', text: 'checked' },
  integer: { integer: 'checked', decimal: 'checked', real: 'checked', text: 'checked' },
  real: { real: 'checked', integer: 'checked', decimal: 'checked', text: 'checked' },
  decimal: { decimal: 'checked', integer: 'checked', real: 'checked', text: 'checked' },
  text: Object.fromEntries(
    (['text', 'json', 'date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'uuid', 'enum', 'other', 'integer', 'real', 'decimal', 'bytes'] as const).map((family) => [family, 'checked' as const]),
  ),
  bytes: { bytes: 'same' },
  json: { json: 'checked', text: 'checked' },
  date: { date: 'same', text: 'checked' },
  time: { time: 'checked', timetz: 'checked', text: 'checked' },
  timetz: { timetz: 'checked', text: 'checked' },
  timestamp: { timestamp: 'checked', timestamptz: 'checked', text: 'checked' },
  timestamptz: { timestamptz: 'checked', text: 'checked' },
  interval: { interval: 'checked', text: 'checked' },
  uuid: { uuid: 'same', text: 'checked' },
  enum: { enum: 'same', text: 'checked' },
  other: { other: 'checked', text: 'checked' },
  any: {},
  array: { text: 'checked' },
  composite: { text: 'checked' },
}

function intoPostgresql(source: TypeSide, target: TypeSide): TypeFit {
  const from = source.type.encoding
  const to = target.type.encoding
  if (source.engine === 'sqlite') {
    // A declaration binds no value in SQLite: texts may stand in an INTEGER column, and any class where none is declared.
    if (from.family === 'any') return 'checked'
    return from.family === to.family && to.family !== 'text' ? 'checked' : (TAKES[to.family][from.family] ?? 'never') === 'never' ? 'never' : 'checked'
  }
  const fit = encodingFit(from, to)
  if (fit === 'never') return fit
  const free = /^(?:text|character varying|numeric|bigint|double precision|bytea|jsonb?|(?:timestamp|time) with(?:out)? time zone)(?:\[\])*$/
  const widens = from.family === to.family && free.test(target.type.declared) && !/^jsonb/.test(target.type.declared) && !/^character\(/.test(source.type.declared)
  return widens ? 'same' : fit
}

function encodingFit(from: Encoding, to: Encoding): TypeFit {
  if (from.family === 'array' && to.family === 'array') return encodingFit(from.element, to.element)
  if (from.family === 'composite' && to.family === 'composite') {
    if (from.fields.length !== to.fields.length) return 'never'
    const fits = from.fields.map((field, index): TypeFit => {
      const other = to.fields[index]
      return other?.name === field.name ? encodingFit(field.encoding, other.encoding) : 'never'
    })
    return fits.includes('never') ? 'never' : fits.includes('checked') ? 'checked' : 'same'
  }
  // Between two PostgreSQL columns a number or a flag is never meant by a text.
  if (from.family === 'text' && /^(?:boolean|integer|real|decimal|array|composite)$/.test(to.family)) return 'never'
  if (to.family === 'text' && /^(?:integer|real|decimal|bytes)$/.test(from.family)) return 'never'
  if (to.family === 'boolean' && from.family !== 'boolean') return 'never'
  return TAKES[to.family][from.family] ?? 'never'
}

function intoSqlite(source: TypeSide, target: TypeSide): TypeFit {
  const affinity = affinityOf(target.type.declared, target.strict)
  const { family } = source.type.encoding
  if (target.strict && !/^any$/i.test(target.type.declared)) {
    const fit = intoStrict(family, target.type.declared)
    // Without STRICT the same declaration binds no value.
    return fit === 'same' && source.engine === 'sqlite' && !source.strict ? 'checked' : fit
  }
  if (family === 'any' || affinity === 'blob') return source.engine === 'sqlite' && affinity !== 'blob' ? 'checked' : 'same'
  switch (family) {
    case 'bytes':
      return 'same'
    case 'integer':
    case 'boolean':
      return affinity === 'integer' || affinity === 'numeric' ? 'same' : 'checked'
    case 'real':
      return affinity === 'real' ? 'same' : 'checked'
    default:
      return affinity === 'text' ? 'same' : 'checked'
  }
}

/** STRICT is what the word says: no value of another class, though a text that reads as the number is one. */
function intoStrict(family: Family, declared: string): TypeFit {
  if (family === 'any') return 'checked'
  switch (declared.toUpperCase()) {
    case 'INT':
    case 'INTEGER':
      return family === 'integer' || family === 'boolean' ? 'same' : family === 'bytes' ? 'never' : 'checked'
    case 'REAL':
      return family === 'real' ? 'same' : /^(?:integer|decimal|text)$/.test(family) ? 'checked' : 'never'
    case 'BLOB':
      return family === 'bytes' ? 'same' : 'never'
    default:
      return family === 'bytes' ? 'never' : /^(?:integer|boolean|real)$/.test(family) ? 'checked' : 'same'
  }
}
