import Database from 'better-sqlite3'
import type { MergeColumn, MergeRow, MergeSchema, MergeState } from './merge-schema.js'

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Every row of a SQLite database as it is stored, by plain SQL. */
export function readSqliteState(path: string, schema: MergeSchema): MergeState {
  const db = new Database(path, { readonly: true })
  try {
    return Object.fromEntries(
      schema.tables.map((table) => {
        const rows = db.prepare<[], MergeRow>(`SELECT ${table.columns.map(({ name }) => quote(name)).join(', ')} FROM ${quote(table.name)}`).all()
        return [table.name, rows]
      }),
    )
  } finally {
    db.close()
  }
}

/** Every row of a PostgreSQL database, by plain SQL; `query` gives text. */
export async function readPostgresqlState(query: (sql: string) => Promise<(string | null)[][]>, schema: MergeSchema): Promise<MergeState> {
  const state: Record<string, MergeRow[]> = {}
  for (const table of schema.tables) {
    const columns = table.columns.map(({ name, kind }) => (kind === 'time' ? `to_char(${quote(name)}, 'YYYY-MM-DD HH24:MI:SS.US')` : quote(name)))
    const rows = await query(`SELECT ${columns.join(', ')} FROM ${quote(table.name)}`)
    state[table.name] = rows.map((row) => Object.fromEntries(table.columns.map((column, at) => [column.name, parsed(column, row[at] ?? null)])))
  }
  return state
}

function parsed({ kind }: MergeColumn, text: string | null): string | number | null {
  return text !== null && (kind === 'surrogate' || kind === 'integer') ? Number(text) : text
}
