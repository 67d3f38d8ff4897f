import Database from 'better-sqlite3'
import type { RowBatch } from '../../src/rows/row-batch.js'
import type { Column, Table } from '../../src/schema/schema.js'
import { storedColumns } from '../../src/schema/stored-columns.js'
import type { TableIdentity } from '../../src/schema/table-identity.js'
import type { ImportReference, ImportTable, Strategy, Verdict } from '../../src/stores/import-table.js'
import { introspect } from '../../src/stores/sqlite/introspect.js'
import { beginTarget } from '../../src/stores/sqlite/target.js'
import type { Target, TargetOptions } from '../../src/stores/store.js'
import type { Schema } from '../../src/schema/schema.js'

/** TEXT whose bytes are not valid UTF-8. */
export class RawText {
  constructor(readonly bytes: Buffer) {}
}

/** INTEGER, REAL, TEXT, BLOB, TEXT that is no text, NULL. */
export type Stored = bigint | number | string | Buffer | RawText | null

/** The canonical cell of a value in an SQLite column; docs/FORMAT.md, "Any class in any column". */
export function canonicalCell(column: Column, value: Stored): string {
  const { family } = column.type.encoding
  const tag = (name: string, text: string): string => JSON.stringify({ [`$${name}`]: text })
  if (value === null) return 'null'
  if (value instanceof RawText) return tag('rawtext', value.bytes.toString('hex'))
  if (typeof value === 'bigint') {
    if (family === 'real') return tag('integer', String(value))
    const safe = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    return safe ? String(value) : family === 'integer' ? JSON.stringify(String(value)) : tag('integer', String(value))
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return family === 'real' ? JSON.stringify(String(value)) : tag('real', String(value))
    const text = Object.is(value, -0) ? '-0.0' : String(value)
    return /[.e]/.test(text) ? text : `${text}.0`
  }
  if (typeof value === 'string') return family === 'text' || family === 'any' ? JSON.stringify(value) : tag('text', value)
  return family === 'bytes' ? JSON.stringify(value.toString('hex')) : tag('bytes', value.toString('hex'))
}

export function canonicalLine(table: Table, row: readonly Stored[]): string {
  return `{${storedColumns(table).map((column, index) => `${JSON.stringify(column.name)}:${canonicalCell(column, row[index] ?? null)}`).join(',')}}`
}

export async function* batchesOf(lines: readonly string[], perBatch = 100): AsyncGenerator<RowBatch> {
  for (let at = 0; at < lines.length; at += perBatch) {
    const part = lines.slice(at, at + perBatch)
    yield { bytes: Buffer.from(part.map((line) => `${line}\n`).join('')), rows: part.length }
  }
}

/** Rows of a table as they are stored, in rowid or key order unless `order` says otherwise. */
export function storedRows(path: string, table: string, order = '1'): unknown[][] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare<[], unknown[]>(`SELECT * FROM "${table}" ORDER BY ${order}`).safeIntegers().raw().all()
  } finally {
    db.close()
  }
}

export function schemaOf(path: string): Schema {
  const db = new Database(path, { readonly: true })
  try {
    return introspect(db)
  } finally {
    db.close()
  }
}

/** The schema that this SQL makes. */
export function schemaFrom(sql: string): Schema {
  const db = new Database(':memory:')
  try {
    db.exec(sql)
    return introspect(db)
  } finally {
    db.close()
  }
}

export function tableIn(schema: Schema, id: string): Table {
  const table = schema.tables.find((each) => each.id === id)
  if (table === undefined) throw new Error(`no table ${id}`)
  return table
}

/** By default every column of both, matched by the primary key, else by the whole row. */
export function importTable(source: Table, target: Table, more: Partial<ImportTable> = {}): ImportTable {
  const columns = storedColumns(source).flatMap((column) => {
    const into = storedColumns(target).find(({ name }) => name === column.name)
    return into === undefined ? [] : [{ source: column, target: into }]
  })
  const identity = identifiedBy(target.primaryKey === null ? [] : [target.primaryKey.columns])
  return { source, target, columns, role: 'written', identity, references: [], strategy: 'merge', prune: false, timeColumn: null, labelColumn: null, ...more }
}

/** Rules in their order, and what only names rows here. */
export function identifiedBy(rules: readonly (readonly string[])[], surrogates: readonly string[] = []): TableIdentity {
  return { rules: rules.map((columns) => ({ columns, origin: 'declared', because: 'declared by --match' })), surrogates }
}

/** References of the target among the tables imported, as the merge takes them. */
export function referencesOf(target: Table): readonly ImportReference[] {
  return target.references.map(({ columns, table, targetColumns }) => ({ columns, parent: table, parentColumns: targetColumns, place: { kind: 'columns' }, when: null, name: '' }))
}

export const OPTIONS: TargetOptions = Object.freeze({ triggers: 'silence', lockTimeout: 0, conversions: new Set<never>(), dryRun: false, fresh: false })

export async function begin(path: string, options: Partial<TargetOptions> = {}): Promise<Target> {
  return beginTarget(path, { ...OPTIONS, ...options }, path)
}

export interface Run {
  readonly options?: Partial<TargetOptions>
  readonly strategy?: Strategy
  /** By table id, what is not as `importTable` has it. */
  readonly tables?: Readonly<Record<string, Partial<ImportTable>>>
  /** By table id. */
  readonly stubs?: Readonly<Record<string, { readonly columns: readonly string[]; readonly lines: readonly string[] }>>
  readonly create?: Schema
  /** Schema of the archive; without it the target's own. */
  readonly source?: Schema
  readonly perBatch?: number
  readonly examples?: number
}

export interface Outcome {
  readonly verdicts: ReadonlyMap<string, Verdict>
  readonly notes: readonly string[]
}

/** A whole import, in the order the contract asks for: lines by table id. Tables with stubs are staged even when empty. */
export async function importLines(path: string, lines: Readonly<Record<string, readonly string[]>>, run: Run = {}): Promise<Outcome> {
  const target = await begin(path, { ...run.options, ...(run.create === undefined ? {} : { fresh: run.options?.fresh ?? true }) })
  const verdicts = new Map<string, Verdict>()
  try {
    if (run.create !== undefined) await target.create(run.create)
    const source = run.source ?? run.create ?? target.schema
    const tables = Object.keys(lines).map((id) => importTable(tableIn(source, id), tableIn(target.schema, id), { strategy: run.strategy ?? 'merge', ...run.tables?.[id] }))
    const counts = await target.prepare(tables, source.sequences)
    const staged: ImportTable[] = []
    for (const table of tables) {
      const batches = batchesOf(lines[table.source.id] ?? [], run.perBatch)
      const stubs = run.stubs?.[table.source.id]
      if (counts.get(table.target.id) === 0 && stubs === undefined && table.role === 'written' && table.references.length === 0) await target.load(table, batches)
      else {
        await target.stage(table, batches)
        if (stubs !== undefined) await target.stage(table, batchesOf(stubs.lines), stubs.columns)
        staged.push(table)
      }
    }
    await target.match([staged])
    for (const table of staged) {
      if (table.role === 'written') verdicts.set(table.target.id, await target.judge(table, { examples: run.examples ?? 3, resolutions: null }))
    }
    await target.apply([staged], () => undefined)
    const notes = await target.settle()
    await target.end('commit')
    return { verdicts, notes }
  } catch (error) {
    await target.end('rollback')
    throw error
  }
}
