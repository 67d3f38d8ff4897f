import Database from 'better-sqlite3'
import { LOOM_GROUPS } from '../../src/profiles/loom-groups.js'

/** JSON text that is put in as it stands: for numbers that JavaScript cannot hold, and spellings it would not give. */
export class Raw {
  constructor(readonly text: string) {}
}

export type GoValue = string | number | boolean | null | Raw
export type GoRow = Readonly<Record<string, GoValue>>

export interface OriginalProps {
  /** Group to tables; null: an excluded group's table. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, readonly GoRow[] | null>> | null>>
  /** Replaces members of the metadata; undefined removes one. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly indent?: boolean
}

/** A document as Loom's own server writes one: Go's encoder, structs in their order, maps by key, all on one line. */
export function originalDocument({ groups, metadata = {}, indent = false }: OriginalProps): string {
  const tables = Object.values(groups).flatMap((group) => Object.entries(group ?? {}))
  const counts: Readonly<Record<string, number>> = Object.fromEntries(tables.flatMap(([table, rows]): [string, number][] => (rows === null ? [] : [[table, rows.length]])).sort())
  const said = {
    version: '2.0.0',
    schema_version: '1.0',
    exported_at: '2026-02-16T10:00:00.123456789Z',
    server_version: '2.0.0',
    database_type: 'sqlite',
    encryption_key_id: 'master-key-v1',
    record_counts: counts,
    ...metadata,
  }
  const sections = Object.entries(groups).map(([group, members]) => {
    const content = members === null ? 'null' : `{${Object.entries(members).map(([table, rows]) => `${goString(table)}:${rows === null ? 'null' : `[${rows.map(goRow).join(',')}]`}`).join(',')}}`
    return `,${goString(group)}:${content}`
  })
  const text = `{"export_metadata":${JSON.stringify(said)}${sections.join('')}}\n`
  return indent ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : text
}

function goRow(row: GoRow): string {
  const keys = Object.keys(row).sort()
  return `{${keys.map((key) => `${goString(key)}:${goValue(row[key] ?? null)}`).join(',')}}`
}

function goValue(value: GoValue): string {
  if (value instanceof Raw) return value.text
  return typeof value === 'string' ? goString(value) : JSON.stringify(value)
}

/** Go escapes what HTML and JavaScript would take for markup. */
function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What Loom's server would export of its SQLite database: booleans and times by declared type, blobs as broken text. */
export function exportAsOriginal(path: string, more: Pick<OriginalProps, 'metadata'> = {}): string {
  const db = new Database(path, { readonly: true })
  db.defaultSafeIntegers(true)
  try {
    const there = new Set(db.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map(({ name }) => name))
    const groups = Object.entries(LOOM_GROUPS).map(([group, tables]) => [group, Object.fromEntries(tables.filter((table) => there.has(table)).map((table) => [table, goRows(db, table)]))])
    return originalDocument({ groups: Object.fromEntries(groups) as OriginalProps['groups'], ...more })
  } finally {
    db.close()
  }
}

function goRows(db: Database.Database, table: string): GoRow[] {
  const declared = new Map(db.prepare<[], { name: string; type: string }>(`PRAGMA table_info("${table}")`).all().map(({ name, type }) => [name, type]))
  return db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`).all().map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, goCell(value, declared.get(column) ?? '')])))
}

function goCell(value: unknown, declared: string): GoValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return declared === 'BOOLEAN' ? value > 0n : new Raw(String(value))
  if (typeof value === 'number') return new Raw(goFloat(value))
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  if (typeof value !== 'string') throw new TypeError('a value of no storage class')
  return declared === 'DATETIME' ? goTime(value) : value
}

function goFloat(value: number): string {
  const text = String(value)
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

function goTime(text: string): string {
  const [, date, time, zone] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
  return date === undefined || time === undefined ? text : `${date}T${time}${zone === undefined || zone === '+00:00' ? 'Z' : zone}`
}
