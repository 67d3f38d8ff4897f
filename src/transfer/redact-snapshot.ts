import { HoldallError } from '../errors/holdall-error.js'
import { entryOf, type Profile } from '../profiles/profile.js'
import type { TableSecrets } from '../profiles/table-secrets.js'
import { narrowTable } from '../schema/narrow-table.js'
import type { LeftOut, Table } from '../schema/schema.js'
import { holdsAny } from '../stores/held-values.js'
import { sql } from '../stores/sql.js'
import type { RowFilter, Snapshot } from '../stores/store.js'
import type { Redacted } from './redacted.js'

export interface RedactedSnapshot {
  readonly snapshot: Snapshot
  readonly redacted: Redacted
  readonly notes: readonly string[]
}

/** A snapshot in which what the profile calls secret is not there: columns and rows as a whole. @throws USAGE, CONFIG_INVALID */
export async function redactSnapshot(snapshot: Snapshot, profile: Profile): Promise<RedactedSnapshot> {
  if (Object.keys(profile.secrets).length === 0) {
    throw new HoldallError('USAGE', { message: '--redact means nothing: no profile says what is secret', hint: 'Pass --profile, or say it under secrets of a profile in holdall.yaml.' })
  }
  const secrets = new Map(snapshot.schema.tables.flatMap((table) => {
    const found = entryOf(profile.secrets, table.id)
    return found === undefined ? [] : [[table.id, found] as const]
  }))
  const leftOut: LeftOut[] = []
  const notes: string[] = []
  const tables: Table[] = []
  for (const table of snapshot.schema.tables) {
    const found = secrets.get(table.id)
    tables.push(found === undefined ? table : withoutColumns(table, found, leftOut, notes))
    if (found === undefined || found.rows.length === 0) continue
    const rows = await snapshot.count(table, { clause: holdsAny(found.rows) })
    if (rows > 0) notes.push(`table ${table.id}: ${rows === 1 ? '1 row was' : `${rows} rows were`} left out as secret (${found.rows.map(({ column, values }) => `${column}: ${values.join(', ')}`).join('; ')})`)
  }
  const kept = ({ id }: Table, filter: RowFilter | undefined): RowFilter | undefined => {
    const rules = secrets.get(id)?.rows ?? []
    if (rules.length === 0) return filter
    const clause = sql`NOT ${holdsAny(rules)}`
    return { ...filter, clause: filter?.clause === undefined ? clause : sql`${clause} AND ${filter.clause}` }
  }
  return {
    snapshot: {
      schema: { ...snapshot.schema, tables, leftOut: [...snapshot.schema.leftOut, ...leftOut] },
      rows: (table, filter) => snapshot.rows(table, kept(table, filter)),
      count: async (table, filter, estimate) => snapshot.count(table, kept(table, filter), estimate),
      close: async () => snapshot.close(),
    },
    redacted: {
      columns: leftOut.map(({ name }) => name),
      rows: [...secrets].flatMap(([table, { rows }]) => rows.map(({ column, values }) => ({ table, column, values }))),
    },
    notes,
  }
}

/** A column that is not there is one of another version of the application. */
function withoutColumns(table: Table, { columns }: TableSecrets, leftOut: LeftOut[], notes: string[]): Table {
  const gone = columns.filter((name) => table.columns.some((column) => column.name === name))
  for (const name of columns) {
    if (table.primaryKey?.columns.includes(name) === true) {
      throw new HoldallError('CONFIG_INVALID', { message: 'a column of the primary key cannot be left out', table: table.id, column: name })
    }
    if (gone.includes(name)) {
      leftOut.push({ kind: 'column', name: `${table.id}.${name}`, reason: 'it is secret' })
      notes.push(`table ${table.id}: the column ${name} was left out as secret`)
    } else notes.push(`table ${table.id} has no column ${name} that could be left out as secret`)
  }
  return gone.length === 0 ? table : narrowTable(table, (name) => !gone.includes(name))
}
