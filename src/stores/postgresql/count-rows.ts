import type pg from 'pg'
import type { Table } from '../../schema/schema.js'
import { ident, literal, sql, type Sql } from '../sql.js'

/** How many rows these are: `from` is FROM and WHERE. */
export async function countRows(client: pg.ClientBase, from: Sql): Promise<number> {
  return Number(await scalar(client, sql`SELECT count(*) ${from}`))
}

/**
 * The server's own guess of a table's rows, the one its planner makes: rows a page when last analysed, times the pages
 * of now. Null where the table, or one of its partitions, holds something and was never analysed.
 */
export async function estimateRows(client: pg.ClientBase, table: Table): Promise<number | null> {
  const relation = sql`${literal(ident(table.namespace, table.name).text)}::regclass`
  const parts = table.traits.includes('partitioned') ? sql`SELECT relid FROM pg_partition_tree(${relation}) WHERE isleaf` : sql`SELECT ${relation}`
  const estimate = await scalar(
    client,
    sql`
    SELECT CASE WHEN bool_and(relkind <> 'f' AND (pages = 0 OR (relpages > 0 AND reltuples >= 0)))
      THEN round(sum(CASE WHEN pages = 0 THEN 0 ELSE reltuples::float8 / nullif(relpages, 0) * pages END)) END
    FROM (SELECT relkind, relpages, reltuples, pg_relation_size(oid) / current_setting('block_size')::int AS pages FROM pg_class WHERE oid IN (${parts})) c`,
  )
  return estimate === null ? null : Number(estimate)
}

async function scalar(client: pg.ClientBase, query: Sql): Promise<string | null> {
  const { rows } = await client.query<[string | null]>({ text: query.text, rowMode: 'array' })
  return rows[0]?.[0] ?? null
}
