import type { TableResolutions } from '../import-table.js'
import { ident, join, literal, sql, verbatim, type Sql } from '../sql.js'
import { S } from './aliases.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

const AT_ONCE = 500

/** What a person decided about a table's conflicts, as a temporary table of `ordinal`, `row_key`, `field` and `choice`. */
export interface Choices {
  /** One row for a whole row (`field` is ''), or one for each column named. Rows that the archive lacks have the ordinal 0 and their key. */
  readonly sql: Sql
  readonly otherwise: TableResolutions['otherwise']
}

/** Null where nothing was decided. */
export async function tabulateChoices({ store }: MergeState, table: MergeTable, resolutions: TableResolutions | null): Promise<Choices | null> {
  if (resolutions === null) return null
  const name = `holdall_choices_${table.number}`
  const text = store.asText(sql`''`)
  const made = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${text} AS row_key, ${text} AS field, ${text} AS choice FROM ${table.staged} ${S} WHERE 1 = 0`)
  const entries = resolutions.rows.flatMap(({ row, key, resolution }) =>
    (typeof resolution === 'string' ? [['', resolution] as const] : Object.entries(resolution)).map(([field, choice]) => sql`(${verbatim(String(row ?? 0))}, ${literal(key)}, ${literal(field)}, ${literal(choice)})`),
  )
  for (let from = 0; from < entries.length; from += AT_ONCE) await store.run(sql`INSERT INTO ${made} VALUES ${join(entries.slice(from, from + AT_ONCE))}`)
  await store.index(name, [ident('ordinal')])
  return { sql: made, otherwise: resolutions.otherwise }
}
