import fc from 'fast-check'

export interface PostgresqlColumn {
  readonly name: string
  readonly type: string
}

export interface PostgresqlTable {
  readonly name: string
  readonly columns: readonly PostgresqlColumn[]
  /** Input text of each value, or null. */
  readonly rows: readonly (readonly (string | null)[])[]
  readonly refersTo: number | null
}

export const TYPES = `
CREATE TYPE mood AS ENUM ('sad', 'so so', 'häppy, "very"');
CREATE DOMAIN positive AS numeric CHECK (VALUE > 0);
CREATE TYPE inner_pair AS (n integer, t text);
CREATE TYPE outer_pair AS (p inner_pair, tags text[], at timestamptz);
CREATE DOMAIN tag_list AS text[];
`

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replaceAll('\0', '')),
  fc.constantFrom('', '\\N', '\\.', '\t', '\r\n', '\v\b\f', '"', "'", '{}', '(,)', 'NULL', '💾', '\u0001', ' padded ', '{"a":1}'),
)
const quoted = (values: readonly (string | null)[]): string => `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`
const field = (value: string | null): string => (value === null ? '' : `"${value.replace(/["\\]/g, '$&$&')}"`)
const pair = fc.tuple(fc.option(fc.integer()), fc.option(text)).map(([n, t]) => `(${n ?? ''},${field(t)})`)
const texts = fc.array(fc.option(text), { maxLength: 3 }).map(quoted)
const two = (value: number): string => String(value).padStart(2, '0')
const day = fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 })).map(([y, m, d]) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`)
const clock = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }), fc.nat({ max: 59 }), fc.nat({ max: 999_999 }))
  .map(([h, m, s, f]) => `${two(h)}:${two(m)}:${two(s)}${f === 0 ? '' : `.${String(f).padStart(6, '0')}`}`)
const moment = fc.oneof(fc.tuple(day, clock).map(([d, t]) => `${d} ${t}`), fc.constantFrom('infinity', '-infinity', '0044-03-15 12:00:00 BC'))
const decimal = fc.oneof(
  fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 12 })).map(([n, scale]) => (scale === 0 ? String(n) : `${n}.${'0'.repeat(scale - 1)}5`)),
  fc.constantFrom('0.00', '1.0', '1.000', '-0.0000001', 'NaN'),
)
const double = fc.double().map((value) => (Object.is(value, -0) ? '-0' : String(value)))
const json = fc.oneof(fc.json(), fc.constantFrom('null', '{"a" : 1,  "a": 2}', '[1.0, 1e400]', '12345678901234567890.10', '"\\u00e4"', '{\n "x":\t[]\n}')).filter((value) => !value.includes('\\u0000'))

const FAMILIES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  boolean: fc.constantFrom('t', 'f'),
  smallint: fc.integer({ min: -32768, max: 32767 }).map(String),
  integer: fc.integer().map(String),
  bigint: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(2n ** 53n, -(2n ** 53n))).map(String),
  numeric: decimal,
  'numeric(12,3)': fc.integer({ min: -99_999_999, max: 99_999_999 }).map((value) => (value / 1000).toFixed(3)),
  real: fc.float().map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  'double precision': double,
  text,
  'varchar(40)': text,
  'char(5)': fc.stringMatching(/^[a-z]{0,5}$/),
  bytea: fc.uint8Array({ maxLength: 12 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
  json,
  jsonb: json,
  uuid: fc.uuid(),
  date: fc.oneof(day, fc.constantFrom('infinity', '0044-03-15 BC')),
  time: clock,
  timetz: clock.map((value) => `${value}+05:30`),
  timestamp: moment,
  timestamptz: moment.map((value) => (value.includes('inf') || value.includes('BC') ? value : `${value}+02`)),
  interval: fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 }), clock).map(([m, d, t]) => `${m} mons ${d} days ${t}`),
  mood: fc.constantFrom('sad', 'so so', 'häppy, "very"'),
  positive: fc.constantFrom('1', '1.50', '99999999999999999999.000001'),
  inner_pair: pair,
  outer_pair: fc.tuple(fc.option(pair), fc.option(texts)).map(([p, t]) => `(${field(p)},${field(t)},"2026-01-01 00:00:00.5+00")`),
  'text[]': fc.oneof(texts, fc.constantFrom('{}', '[0:1]={a,b}', '{{a,b},{NULL,"c,d"}}', '[2:2][3:4]={{x,y}}')),
  'integer[]': fc.array(fc.option(fc.integer())).map((values) => quoted(values.map((value) => (value === null ? null : String(value))))),
  'bigint[]': fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((values) => quoted(values.map(String))),
  'double precision[]': fc.array(double).map(quoted),
  'boolean[]': fc.array(fc.constantFrom('t', 'f', null)).map(quoted),
  'bytea[]': fc.array(fc.uint8Array({ maxLength: 4 })).map((values) => quoted(values.map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`))),
  'jsonb[]': fc.array(json).map(quoted),
  'mood[]': fc.array(fc.constantFrom('sad', 'häppy, "very"', null)).map(quoted),
  'inner_pair[]': fc.array(fc.option(pair)).map(quoted),
  'box[]': fc.constantFrom('{(1,1),(0,0);(2,2),(1,1)}', '{}'),
  tag_list: texts,
  inet: fc.ipV4(),
  macaddr: fc.constant('08:00:2b:01:02:03'),
  'bit(5)': fc.stringMatching(/^[01]{5}$/),
  varbit: fc.stringMatching(/^[01]{0,9}$/),
  money: fc.integer({ min: -9_999_999, max: 9_999_999 }).map((cents) => (cents / 100).toFixed(2)),
  int4range: fc.constantFrom('empty', '[1,5)', '(,3)', '[7,)'),
  tstzrange: fc.constantFrom('empty', '["2026-01-01 00:00:00+00","2026-02-01 00:00:00+00")'),
  point: fc.tuple(fc.integer(), fc.integer()).map(([x, y]) => `(${x},${y})`),
  tsvector: fc.constantFrom("'a':1 'cat':2A", "'it''s':3"),
  xml: fc.constantFrom('<a b="1">x</a>', 'text &amp; more'),
  oid: fc.constantFrom('0', '4294967295'),
}

const TYPES_12 = Object.keys(FAMILIES)

function table(index: number): fc.Arbitrary<PostgresqlTable> {
  return fc
    .record({
      label: fc.constantFrom('plain', 'Mixed Case', 'select', 'größe', 'a.b', 'q"q'),
      types: fc.array(fc.constantFrom(...TYPES_12), { minLength: 1, maxLength: 8 }),
      refersTo: fc.option(fc.nat({ max: 2 })),
    })
    .chain(({ label, types, refersTo }) => {
      const columns = types.map((type, at) => ({ name: at % 3 === 0 ? `C ${at}` : `c${at}`, type }))
      const row = fc.tuple(...types.map((type) => fc.option(FAMILIES[type] ?? text, { freq: 4 })))
      return fc.array(row, { maxLength: 6 }).map((rows) => ({ name: `${label}_${index}`, columns, rows, refersTo }))
    })
}

export const postgresqlTables: fc.Arbitrary<readonly PostgresqlTable[]> = fc.tuple(table(0), table(1), table(2))

const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`
const literal = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`)

/** The script that builds the database; references form whatever cycles the tables' choices make. */
export function postgresqlScript(tables: readonly PostgresqlTable[]): string {
  const create = tables.map((table) => {
    const columns = table.columns.map((column) => `${quote(column.name)} ${column.type}`)
    return `CREATE TABLE ${quote(table.name)} (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, ref bigint, ${columns.join(', ')});`
  })
  const fill = tables.flatMap((table) =>
    table.rows.map((row, at) => {
      const parent = table.refersTo === null ? undefined : tables[table.refersTo]
      const reference = parent === undefined || parent.rows.length === 0 ? null : String((at % parent.rows.length) + 1)
      return `INSERT INTO ${quote(table.name)} VALUES (${[String(at + 1), reference, ...row].map(literal).join(', ')});`
    }),
  )
  const references = tables.flatMap((table) => {
    const parent = table.refersTo === null ? undefined : tables[table.refersTo]
    return parent === undefined ? [] : [`ALTER TABLE ${quote(table.name)} ADD FOREIGN KEY (ref) REFERENCES ${quote(parent.name)} (id);`]
  })
  return [TYPES, ...create, ...fill, ...references].join('\n')
}
