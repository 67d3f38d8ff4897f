import { onTestFinished } from 'vitest'
import { dependencyOrder } from '../../src/schema/dependency-order.js'
import type { RowBatch } from '../../src/rows/row-batch.js'
import type { LeftOut, Reference, Schema, Table } from '../../src/schema/schema.js'
import { storedColumns } from '../../src/schema/stored-columns.js'
import type { Conversion } from '../../src/stores/conversion.js'
import type { TableIdentity } from '../../src/schema/table-identity.js'
import type { ImportReference, ImportTable, JudgedRow, Strategy, Verdict } from '../../src/stores/import-table.js'
import { connect } from '../../src/stores/postgresql/connect.js'
import { openPostgresqlStore } from '../../src/stores/postgresql/postgresql-store.js'
import { beginTarget } from '../../src/stores/postgresql/target.js'
import type { Target, TargetOptions } from '../../src/stores/store.js'

/** What an archive holds, in memory. */
export interface Rows {
  readonly schema: Schema
  readonly batches: ReadonlyMap<string, readonly RowBatch[]>
}

export interface ImportOptions {
  readonly create?: boolean
  readonly strategy?: Strategy
  /** Another strategy for some tables. */
  readonly strategies?: Readonly<Record<string, Strategy>>
  readonly triggers?: TargetOptions['triggers']
  readonly dryRun?: boolean
  readonly lockTimeout?: number
  readonly signal?: AbortSignal
  /** Rules by which rows are the same; without it the primary key. */
  readonly identity?: Readonly<Record<string, readonly (readonly string[])[]>>
  /** Columns that only name rows here. */
  readonly surrogates?: Readonly<Record<string, readonly string[]>>
  /** By table id, anything else that is not as by default. */
  readonly tables?: Readonly<Record<string, Partial<ImportTable>>>
  /** Staged behind the rows, by table id. */
  readonly stubs?: Readonly<Record<string, { readonly columns: readonly string[]; readonly lines: readonly string[] }>>
  readonly only?: readonly string[]
  /** Stages even where it could be loaded. */
  readonly alwaysStage?: boolean
  /** Looks at the transaction before its end. */
  readonly beforeEnd?: (target: Target) => Promise<void>
}

export interface Imported {
  readonly counts: ReadonlyMap<string, number>
  readonly verdicts: Readonly<Record<string, Omit<Verdict, 'examples'>>>
  readonly examples: Readonly<Record<string, readonly JudgedRow[]>>
  readonly loaded: Readonly<Record<string, number>>
  readonly leftOut: readonly LeftOut[]
  readonly notes: readonly string[]
  readonly applied: readonly string[]
}

/** Everything of a database, through the reading side. */
export async function readRows(url: string, only?: readonly string[]): Promise<Rows> {
  const snapshot = await openPostgresqlStore(url).snapshot()
  try {
    const tables = snapshot.schema.tables.filter((table) => only?.includes(table.id) ?? true)
    const batches = new Map<string, RowBatch[]>()
    for (const table of tables) {
      const ofTable: RowBatch[] = []
      for await (const batch of snapshot.rows(table)) ofTable.push({ bytes: Buffer.from(batch.bytes), rows: batch.rows })
      batches.set(table.id, ofTable)
    }
    return { schema: { ...snapshot.schema, tables }, batches }
  } finally {
    await snapshot.close()
  }
}

/** The same as one object of sorted lines, to be compared. */
export async function contentOf(url: string): Promise<Record<string, string[]>> {
  const { batches } = await readRows(url)
  return Object.fromEntries([...batches].map(([id, list]) => [id, linesOf(list).sort()]))
}

export function linesOf(batches: readonly RowBatch[]): string[] {
  return Buffer.concat(batches.map((batch) => batch.bytes)).toString('utf8').split('\n').slice(0, -1)
}

export async function* inBatches(batches: readonly RowBatch[]): AsyncGenerator<RowBatch> {
  for (const batch of batches) yield batch
}

export async function openTarget(url: string, options: Partial<TargetOptions> = {}): Promise<Target> {
  const client = await connect(url, options.signal)
  onTestFinished(async () => client.end().catch(() => undefined))
  return beginTarget(client, { triggers: 'silence', lockTimeout: 1000, conversions: new Set<Conversion>(), dryRun: false, fresh: false, ...options }, 'test')
}

/** Pairs each table of the archive with the target's of the same id. */
export function pairTables(source: Schema, target: Schema, options: ImportOptions = {}): ImportTable[] {
  const wanted = source.tables.filter((table) => options.only?.includes(table.id) ?? true)
  return wanted.map((table) => {
    const there = target.tables.find((each) => each.id === table.id)
    if (there === undefined) throw new Error(`no table ${table.id} in the target`)
    const columns = storedColumns(table).flatMap((column) => {
      const pair = storedColumns(there).find((each) => each.name === column.name)
      return pair === undefined ? [] : [{ source: column, target: pair }]
    })
    const others = new Set(wanted.map(({ id }) => id))
    return {
      source: table,
      target: there,
      columns,
      role: 'written',
      identity: identityOf(there, options),
      references: there.references.filter((reference) => others.has(reference.table)).map(importReference),
      strategy: options.strategies?.[table.id] ?? options.strategy ?? 'merge',
      prune: false,
      timeColumn: null,
      labelColumn: null,
      ...options.tables?.[table.id],
    }
  })
}

function identityOf(table: Table, { identity, surrogates }: ImportOptions): TableIdentity {
  const rules = identity?.[table.id] ?? (table.primaryKey === null ? [] : [table.primaryKey.columns])
  return { rules: rules.map((columns) => ({ columns, origin: 'declared', because: 'declared by the test' })), surrogates: surrogates?.[table.id] ?? [] }
}

function importReference({ name, columns, table, targetColumns }: Reference): ImportReference {
  return { name: name ?? '', columns, parent: table, parentColumns: targetColumns, place: { kind: 'columns' }, when: null }
}

/** Empty, and refers only to tables whose ids stay as they are. */
function isLoadable(group: readonly ImportTable[], loaded: ReadonlySet<string>, counts: ReadonlyMap<string, number>, options: ImportOptions): boolean {
  const ids = new Set(group.map(({ target }) => target.id))
  return group.every(
    ({ target, role, references }) =>
      options.alwaysStage !== true && role === 'written' && counts.get(target.id) === 0 && options.stubs?.[target.id] === undefined && references.every(({ parent }) => ids.has(parent) || loaded.has(parent)),
  )
}

/** An import as the job does it: load what is empty, stage, match and judge the rest, apply, settle, end. */
export async function importRows(url: string, rows: Rows, options: ImportOptions = {}): Promise<Imported> {
  const target = await openTarget(url, {
    triggers: options.triggers ?? 'silence',
    dryRun: options.dryRun ?? false,
    lockTimeout: options.lockTimeout ?? 1000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  try {
    const leftOut = options.create === true ? await target.create(rows.schema) : []
    const tables = pairTables(rows.schema, target.schema, options)
    const held = tables.map(({ source, target: { id } }): [string, number] => [id, (rows.batches.get(source.id) ?? []).reduce((sum, batch) => sum + batch.rows, 0)])
    const counts = await target.prepare(tables, rows.schema.sequences, new Map(held))
    const byId = new Map(tables.map((table) => [table.target.id, table]))
    const groups = dependencyOrder(rows.schema.tables.filter((table) => byId.has(table.id))).map((group) => group.flatMap((table) => byId.get(table.id) ?? []))
    const loaded: Record<string, number> = {}
    const staged: ImportTable[] = []
    for (const group of groups) {
      const load = isLoadable(group, new Set(Object.keys(loaded)), counts, options)
      for (const table of group) {
        const id = table.target.id
        const batches = inBatches(rows.batches.get(table.source.id) ?? [])
        if (load) loaded[id] = await target.load(table, batches)
        else {
          await target.stage(table, batches)
          const stubs = options.stubs?.[id]
          if (stubs !== undefined) await target.stage(table, inBatches([{ bytes: Buffer.from(stubs.lines.map((line) => `${line}\n`).join('')), rows: stubs.lines.length }]), stubs.columns)
          staged.push(table)
        }
      }
    }
    await target.match(groups)
    const verdicts: Record<string, Omit<Verdict, 'examples'>> = {}
    const examples: Record<string, readonly JudgedRow[]> = {}
    for (const table of staged.filter(({ role }) => role === 'written')) {
      const { examples: shown, ...counted } = await target.judge(table, { examples: 3, resolutions: null })
      verdicts[table.target.id] = counted
      examples[table.target.id] = shown
    }
    const applied: string[] = []
    await target.apply(groups, (table) => void applied.push(table.target.id))
    const notes = await target.settle()
    await options.beforeEnd?.(target)
    await target.end('commit')
    return { counts, verdicts, examples, loaded, leftOut, notes, applied }
  } catch (error) {
    await target.end('rollback')
    throw error
  }
}
