import type Database from 'better-sqlite3'
import { present } from '../../errors/present.js'

/** A row of `PRAGMA table_xinfo`. */
export interface TableColumn {
  readonly name: string
  readonly type: string
  readonly notNull: boolean
  readonly default: string | null
  /** Position in the primary key, from 1; 0 for none. */
  readonly key: number
  readonly kind: 'plain' | 'hidden' | 'virtual' | 'stored'
}

const KINDS = ['plain', 'hidden', 'virtual', 'stored'] as const

export function readTableColumns(db: Database.Database, table: string): readonly TableColumn[] {
  const rows = db
    .prepare<[string], { name: string; type: string; notnull: number; dflt_value: string | null; pk: number; hidden: number }>(
      `SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid`,
    )
    .all(table)
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    notNull: row.notnull === 1,
    default: row.dflt_value,
    key: row.pk,
    kind: present(KINDS[row.hidden]),
  }))
}
