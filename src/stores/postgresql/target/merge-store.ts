import type { MergeStore } from '../../merge/merge-store.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import type { Session } from './session.js'

/** The import's transaction, as the shared merge sees it. */
export async function createMergeStore(session: Session, rows: Pick<MergeStore, 'reread' | 'restage'>): Promise<MergeStore> {
  const [built] = await session.rows(sql`SELECT pg_catalog.to_regproc('pg_catalog.gen_random_uuid')`)
  const tabulate: MergeStore['tabulate'] = async (name, query, place) => {
    const table = ident('pg_temp', name)
    await session.run(sql`CREATE TEMPORARY TABLE ${table} ON COMMIT DROP AS ${query}`, place)
    await session.run(sql`ANALYZE ${table}`, place)
    return table
  }
  return Object.freeze<MergeStore>({
    ...rows,
    name: session.store,
    run: async (statement, place) => session.run(statement, place),
    rows: async (statement, place) => session.rows(statement, [], place),
    tabulate,
    // Many rows are joined by hashing, for which an index is of no use.
    tabulateRows: tabulate,
    index: async (name, columns) => {
      // What is looked up row by row is looked up by one column; anything else is hashed.
      if (columns.length === 1) await session.run(sql`CREATE INDEX ON ${ident('pg_temp', name)} (${join(columns)})`)
    },
    // IS NOT DISTINCT FROM cannot be hashed, which a join of many rows needs.
    same: (one, other) => sql`ROW(${one})::pg_catalog.text = ROW(${other})::pg_catalog.text`,
    asText: (expression) => sql`(${expression})::pg_catalog.text`,
    joinsByHash: true,
    randomUuid: typeof built?.[0] === 'string' ? sql`pg_catalog.gen_random_uuid()` : MADE_UUID,
  })
}

/** A UUID of version 4 where the server cannot make one (PostgreSQL 12). */
const MADE_UUID: Sql = sql`pg_catalog.overlay(pg_catalog.overlay(
    pg_catalog.md5(pg_catalog.concat(pg_catalog.random(), ' ', pg_catalog.random(), ' ', pg_catalog.clock_timestamp(), pg_catalog.pg_backend_pid())),
    '4', 13), pg_catalog.to_hex(8 + pg_catalog.floor(pg_catalog.random() * 4)::pg_catalog.int4), 17)::pg_catalog.uuid`
