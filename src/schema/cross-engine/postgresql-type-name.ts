/** A type as `format_type` prints it, taken apart. */
export interface PostgresqlTypeName {
  /** Null for a built-in type or a name found by the search path. */
  readonly namespace: string | null
  /** `numeric`, `timestamp with time zone`, `Mood`: unquoted, without typmod. */
  readonly name: string
  /** `(10,2)` of `numeric(10,2)`. */
  readonly modifiers: readonly number[]
  readonly array: boolean
}

const PART = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const WORDS = /^(double precision|character varying|bit varying|(?:timestamp|time)(?:\(\d+\))? with(?:out)? time zone|interval(?: (?:year|month|day|hour|minute|second)(?: to (?:month|hour|minute|second))?)?)/
const WHOLE = new RegExp(String.raw`^(?:(${PART})\.)?(${PART})(?:\(([\d,\s-]+)\))?((?:\[\])*)$`, 'u')

/** Null when the text is none that `format_type` prints. */
export function parsePostgresqlType(declared: string): PostgresqlTypeName | null {
  const words = WORDS.exec(declared)?.[0]
  if (words !== undefined) {
    const [, rest, brackets] = /^((?:\(\d+\))?)((?:\[\])*)$/.exec(declared.slice(words.length)) ?? []
    if (rest === undefined) return null
    const inner = /\((\d+)\)/.exec(words + rest)?.[1]
    return { namespace: null, name: words.replace(/\(\d+\)/, ''), modifiers: inner === undefined ? [] : [Number(inner)], array: brackets !== '' }
  }
  const [, namespace, name, modifiers, brackets] = WHOLE.exec(declared) ?? []
  if (name === undefined) return null
  return {
    namespace: namespace === undefined ? null : unquote(namespace),
    name: unquote(name),
    modifiers: modifiers === undefined ? [] : modifiers.split(',').map(Number),
    array: (brackets ?? '') !== '',
  }
}

/** Text that PostgreSQL reads as this very type; parts that are no plain words are quoted. */
export function formatPostgresqlType(type: PostgresqlTypeName, builtIn: boolean): string {
  const modifiers = type.modifiers.length === 0 ? '' : `(${type.modifiers.join(',')})`
  const brackets = type.array ? '[]' : ''
  if (!builtIn) return `${quoteName(type.namespace ?? 'public')}.${quoteName(type.name)}${modifiers}${brackets}`
  const [, first = '', zone = ''] = /^(timestamp|time)( with(?:out)? time zone)$/.exec(type.name) ?? []
  if (first !== '') return `${first}${modifiers}${zone}${brackets}`
  // Bare `char` and `bit` would mean char(1) and bit(1).
  const name = type.name === 'char' || (type.name === 'bit' && modifiers === '') ? `"${type.name}"` : type.name
  return `${name}${modifiers}${brackets}`
}

/** Like PostgreSQL's quote_ident, for the parts of a type's name. */
function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** Reserved words of PostgreSQL 18 (sql-keywords-appendix), which no unquoted name may be. */
const RESERVED = new RegExp(
  `^(?:${[
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint',
    'create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc distinct',
    'do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral',
    'leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references',
    'returning right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user using variadic',
    'verbose when where window with',
  ]
    .join(' ')
    .replaceAll(' ', '|')})$`,
)

function unquote(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part
}
