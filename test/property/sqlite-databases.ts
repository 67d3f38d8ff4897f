import Database from 'better-sqlite3'
import fc from 'fast-check'

export type SqliteValue = null | bigint | number | string | Buffer

export interface SqliteColumn {
  readonly name: string
  readonly declared: string
}

export interface SqliteTable {
  readonly name: string
  readonly columns: readonly SqliteColumn[]
  /** `rowid`: INTEGER PRIMARY KEY id; `text`: key column of text; `none`. */
  readonly key: 'rowid' | 'autoincrement' | 'composite' | 'without-rowid' | 'none'
  readonly strict: boolean
  /** Index of the table each row may refer to by the column `ref`; the table itself for a self reference. */
  readonly refersTo: number | null
  readonly rows: readonly (readonly SqliteValue[])[]
}

const name = fc.oneof(
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z_]{1,8}$/) },
  { weight: 1, arbitrary: fc.constantFrom('select', 'Größe', 'a b', 'x.y', 'q"q', 'ORDER', '表', "it's") },
)

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', '01067', '1e5', '5.0', 'null', 'a\0b', '\\N', '\t\r\n', '"', '9223372036854775808', '2026-01-01 00:00:00', ' 7', '\u2028', '💾'),
)
const integer = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -5n, max: 5n }), fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n)))
const real = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.1, 1e308, 5e-324, 3, 2 ** 53, Infinity, -Infinity))
const blob = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes))

/** Any storage class, as any SQLite column may hold it. */
export const anyValue: fc.Arbitrary<SqliteValue> = fc.oneof(fc.constant(null), integer, real, text, blob)

const LOOSE = ['INTEGER', 'TEXT', 'REAL', 'BLOB', 'NUMERIC', '', 'VARCHAR(20)', 'DATETIME', 'BOOLEAN', 'BIGINT', 'DECIMAL(10,2)', 'JSON', 'FLOATING POINT', 'CHARINT']
const STRICT: Readonly<Record<string, fc.Arbitrary<SqliteValue>>> = {
  INTEGER: fc.oneof(fc.constant(null), integer),
  REAL: fc.oneof(fc.constant(null), real),
  TEXT: fc.oneof(fc.constant(null), text),
  BLOB: fc.oneof(fc.constant(null), blob),
  ANY: anyValue,
}

const two = (value: number): string => String(value).padStart(2, '0')
const moment = fc
  .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }), fc.nat({ max: 23 }), fc.nat({ max: 999_999 }))
  .map(([year, month, day, hour, micros]) => `${year}-${two(month)}-${two(day)} ${two(hour)}:30:00${micros % 3 === 0 ? '' : `.${micros + 1}`.replace(/0+$/, '')}`)
const decimal = fc.integer({ min: -9_999_999, max: 9_999_999 }).map((cents) => cents / 100)

/** Columns whose values PostgreSQL can hold as they are: one class a column, text without U+0000. */
const PLAIN: Readonly<Record<string, fc.Arbitrary<SqliteValue>>> = {
  INTEGER: integer,
  BIGINT: integer,
  REAL: fc.oneof(real, fc.constant(0.1)),
  TEXT: text.map((value) => value.replaceAll('\0', '')),
  'VARCHAR(20)': text.map((value) => value.replaceAll('\0', '')),
  BLOB: blob,
  BOOLEAN: fc.constantFrom(0n, 1n),
  DATETIME: fc.oneof(moment, fc.constant('2026-02-16 10:00:00')),
  'DECIMAL(10,2)': decimal,
  NUMERIC: fc.oneof(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), decimal),
  // Affinity NUMERIC: a document that is only a number would be stored as one, and the column be mixed.
  JSON: fc.json().filter((value) => /^[[{]/.test(value) && !value.includes('\\u0000')),
  '': text.map((value) => value.replaceAll('\0', '')),
}

interface Kind {
  readonly strict: boolean
  readonly types: readonly string[]
  readonly value: (declared: string) => fc.Arbitrary<SqliteValue>
}

const loose: Kind = { strict: false, types: LOOSE, value: () => anyValue }
const strict: Kind = { strict: true, types: Object.keys(STRICT), value: (declared) => STRICT[declared] ?? anyValue }
const plain: Kind = { strict: false, types: Object.keys(PLAIN), value: (declared) => fc.option(PLAIN[declared] ?? text) }

function table(index: number, kinds: readonly Kind[]): fc.Arbitrary<SqliteTable> {
  return fc
    .record({
      label: name,
      kind: fc.constantFrom(...kinds),
      key: fc.constantFrom<SqliteTable['key'][]>('rowid', 'autoincrement', 'composite', 'without-rowid', 'none'),
      names: fc.uniqueArray(name, { minLength: 1, maxLength: 6, selector: (value) => value.toLowerCase() }),
      refersTo: fc.option(fc.nat({ max: 2 })),
    })
    .chain(({ label, kind, key, names, refersTo }) =>
      fc.array(fc.constantFrom(...kind.types), { minLength: names.length, maxLength: names.length }).chain((declared) => {
        const columns = names.map((column, at) => ({ name: `${column}${at}`, declared: declared[at] ?? '' }))
        const row = fc.tuple(...columns.map((column) => kind.value(column.declared)))
        return fc.array(row, { maxLength: 8 }).map((rows) => ({ name: `${label}_${index}`, columns, key, strict: kind.strict, refersTo, rows }))
      }),
    )
}

export const sqliteTables: fc.Arbitrary<readonly SqliteTable[]> = fc.tuple(table(0, [loose, strict]), table(1, [loose, strict]), table(2, [loose, strict]))

/** Databases that both engines can hold. */
export const plainSqliteTables: fc.Arbitrary<readonly SqliteTable[]> = fc.tuple(table(0, [plain]), table(1, [plain]), table(2, [plain]))

const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/** Builds the database at `path`; every table has its rows, keys, and references among the tables' ids. */
export function buildSqlite(path: string, tables: readonly SqliteTable[]): void {
  const db = new Database(path)
  try {
    db.pragma('foreign_keys = OFF')
    for (const [index, table] of tables.entries()) {
      const parent = table.refersTo === null ? undefined : tables[table.refersTo]
      db.exec(createStatement(table, parent))
      const marks = ['?', ...(parent === undefined ? [] : ['?']), ...table.columns.map(() => '?')]
      const insert = db.prepare(`INSERT INTO ${quote(table.name)} VALUES (${[...marks, ...(table.key === 'composite' || table.key === 'without-rowid' ? ['?'] : [])].join(', ')})`)
      for (const [at, row] of table.rows.entries()) {
        const id = BigInt((at + 1) * 3)
        const reference = parent === undefined ? [] : [parent.rows.length === 0 || at % 3 === 2 ? null : BigInt(((at % parent.rows.length) + 1) * 3)]
        insert.run(id, ...reference, ...row, ...(table.key === 'composite' || table.key === 'without-rowid' ? [`k${index}`] : []))
      }
    }
  } finally {
    db.close()
  }
}

function createStatement(table: SqliteTable, parent: SqliteTable | undefined): string {
  const reference = parent === undefined ? [] : [`ref INTEGER REFERENCES ${quote(parent.name)} (id)`]
  const columns = table.columns.map((column) => `${quote(column.name)} ${column.declared}`)
  const composite = table.key === 'composite' || table.key === 'without-rowid'
  const id = table.key === 'rowid' ? 'id INTEGER PRIMARY KEY' : table.key === 'autoincrement' ? 'id INTEGER PRIMARY KEY AUTOINCREMENT' : 'id INTEGER NOT NULL UNIQUE'
  const parts = [id, ...reference, ...columns, ...(composite ? ['k TEXT NOT NULL', 'PRIMARY KEY (k, id)'] : [])]
  const traits = [...(table.strict ? ['STRICT'] : []), ...(table.key === 'without-rowid' ? ['WITHOUT ROWID'] : [])]
  return `CREATE TABLE ${quote(table.name)} (${parts.join(', ')}) ${traits.join(', ')}`
}

/** Every value with its class, exactly: the oracle, written apart from Holdall. */
export function dumpSqlite(path: string): Record<string, string[]> {
  const db = new Database(path, { readonly: true })
  db.defaultSafeIntegers()
  try {
    const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name").all()
    return Object.fromEntries(
      tables.map((table) => {
        const columns = db.prepare<[string], { name: string }>(`SELECT name FROM pragma_table_info(?)`).all(table.name)
        const parts = columns.map(({ name: column }) => `typeof(${quote(column)}), CASE WHEN typeof(${quote(column)}) IN ('text', 'blob') THEN hex(${quote(column)}) ELSE ${quote(column)} END`)
        const rows = db.prepare<[], unknown[]>(`SELECT ${parts.join(', ')} FROM ${quote(table.name)}`).raw().all()
        return [table.name, rows.map((row) => row.map((value) => (typeof value === 'number' && Object.is(value, -0) ? '-0' : String(value))).join('|')).sort()]
      }),
    )
  } finally {
    db.close()
  }
}
