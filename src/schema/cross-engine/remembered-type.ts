import type { Encoding, ScalarFamily } from '../column-type.js'
import { formatPostgresqlType, parsePostgresqlType, type PostgresqlTypeName } from './postgresql-type-name.js'

/** Types that an SQLite declaration can say in words, without SQLite finding `int` in it. */
const WORDS: Readonly<Record<string, string>> = Object.freeze({
  numeric: 'NUMERIC',
  date: 'DATE',
  'time without time zone': 'TIME',
  'time with time zone': 'TIMETZ',
  'timestamp without time zone': 'TIMESTAMP',
  'timestamp with time zone': 'TIMESTAMPTZ',
  uuid: 'UUID',
  json: 'JSON',
  jsonb: 'JSONB',
  inet: 'INET',
  cidr: 'CIDR',
  macaddr: 'MACADDR',
  macaddr8: 'MACADDR8',
  money: 'MONEY',
  xml: 'XML',
  tsvector: 'TSVECTOR',
  tsquery: 'TSQUERY',
  bit: 'BIT',
  'bit varying': 'VARBIT',
  box: 'BOX',
  circle: 'CIRCLE',
  line: 'LINE',
  lseg: 'LSEG',
  path: 'PATH',
  polygon: 'POLYGON',
  name: 'NAME',
})

const BY_WORD = new Map(Object.entries(WORDS).map(([name, word]) => [word, name]))

/** Every built-in type a column may be given from an archive; a name that is not here reaches no statement. */
const BUILT_IN = new Map<string, ScalarFamily>([
  ['boolean', 'boolean'],
  ...['smallint', 'integer', 'bigint', 'oid'].map((name) => [name, 'integer'] as const),
  ['real', 'real'],
  ['double precision', 'real'],
  ['numeric', 'decimal'],
  ...['text', 'character varying', 'character', 'bpchar', 'name'].map((name) => [name, 'text'] as const),
  ['bytea', 'bytes'],
  ['json', 'json'],
  ['jsonb', 'json'],
  ['date', 'date'],
  ['time without time zone', 'time'],
  ['time with time zone', 'timetz'],
  ['timestamp without time zone', 'timestamp'],
  ['timestamp with time zone', 'timestamptz'],
  ...['', ' year', ' month', ' day', ' hour', ' minute', ' second', ' year to month', ' day to hour', ' day to minute', ' day to second', ' hour to minute', ' hour to second', ' minute to second'].map(
    (fields) => [`interval${fields}`, 'interval'] as const,
  ),
  ['uuid', 'uuid'],
  ...['inet', 'cidr', 'macaddr', 'macaddr8', 'money', 'xml', 'tsvector', 'tsquery', 'bit', 'bit varying', 'box', 'circle', 'line', 'lseg', 'path', 'point', 'polygon'].map((name) => [name, 'other'] as const),
  ...['int4range', 'int8range', 'numrange', 'tsrange', 'tstzrange', 'daterange'].map((name) => [name, 'other'] as const),
  ...['int4multirange', 'int8multirange', 'nummultirange', 'tsmultirange', 'tstzmultirange', 'datemultirange'].map((name) => [name, 'other'] as const),
  ...['pg_lsn', 'xid', 'xid8', 'tid', 'cid', 'jsonpath', 'char'].map((name) => [name, 'other'] as const),
])

/**
 * Declares an SQLite column of TEXT affinity that says what PostgreSQL type its texts are: `TEXT NUMERIC(20,4)`,
 * `TEXT TIMESTAMPTZ`, and for all that is no plain word the type quoted, as PostgreSQL prints it, `n` of every `int`
 * written `%6E` because SQLite takes any declaration with `int` in it for INTEGER: `TEXT "i%6Eteger[]"`.
 */
export function rememberType(declared: string): string {
  const parsed = parsePostgresqlType(declared)
  const word = parsed === null || parsed.array || parsed.namespace !== null ? undefined : WORDS[parsed.name]
  if (parsed !== null && word !== undefined && Object.hasOwn(WORDS, parsed.name)) {
    return `TEXT ${word}${parsed.modifiers.length === 0 ? '' : `(${parsed.modifiers.join(',')})`}`
  }
  const kept = declared.replaceAll('%', '%25').replace(/(?<=i)n(?=t)/gi, (letter) => (letter === 'n' ? '%6E' : '%4E'))
  return `TEXT "${kept.replaceAll('"', '""')}"`
}

/** The PostgreSQL type that `rememberType` wrote down, or null for any other declaration. */
export function recallType(declared: string): PostgresqlTypeName | null {
  const [, word, modifiers] = /^TEXT ([A-Z0-9]+)(?:\((-?\d+(?:,-?\d+)*)\))?$/.exec(declared) ?? []
  if (word !== undefined) {
    const name = BY_WORD.get(word)
    return name === undefined ? null : { namespace: null, name, modifiers: modifiers === undefined ? [] : modifiers.split(',').map(Number), array: false }
  }
  const [, quoted] = /^TEXT "((?:[^"]|"")+)"$/.exec(declared) ?? []
  if (quoted === undefined) return null
  return parsePostgresqlType(quoted.replaceAll('""', '"').replaceAll(/%(25|6E|4E)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))))
}

/** A built-in type with the way its values are written down; null for names PostgreSQL does not bring along. */
export function builtInType(type: PostgresqlTypeName): { readonly declared: string; readonly encoding: Encoding } | null {
  const family = type.namespace === null || type.namespace === 'pg_catalog' ? BUILT_IN.get(type.name) : undefined
  if (family === undefined) return null
  const encoding: Encoding = type.array ? { family: 'array', element: { family }, delimiter: type.name === 'box' ? ';' : ',' } : { family }
  return { declared: formatPostgresqlType({ ...type, namespace: null }, true), encoding }
}
