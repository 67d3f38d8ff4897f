import { ACTION } from '../../merge/judged-table.js'
import { join, sql, type Sql } from '../../sql.js'
import { equalValues, rowText } from './column-facts.js'
import type { ComputedColumn, Lookup } from './lookups.js'
import { writtenKey } from './merge-table.js'
import { rowsOf, S, T, type PendingWrite } from './pending-write.js'
import type { Session } from './session.js'

/**
 * Computes again what functions computed before the rows they read were there. Only rows that this import wrote are
 * touched, of these only the ones that differ, so that a second import writes nothing. One column may be computed from
 * another table's, so it goes round until nothing changes.
 * Returns what the user should know of values that stay behind.
 */
export async function recompute(session: Session, lookups: ReadonlyMap<string, Lookup>, written: ReadonlyMap<string, PendingWrite>, firing: boolean): Promise<readonly string[]> {
  const ours = [...lookups.values()].flatMap((lookup) => {
    const write = written.get(lookup.relation.id)
    const scope = write === undefined ? null : writtenRows(write)
    return scope === null || lookup.columns.length === 0 ? [] : [{ lookup, scope }]
  })
  if (!firing) {
    for (let round = 0; round <= ours.length; round += 1) {
      let changed = 0
      for (const { lookup, scope } of ours) changed += await computeAgain(session, lookup, scope)
      if (changed === 0) break
    }
  }
  return staleNotes(session, lookups)
}

/**
 * What still differs: in rows that were not written, as after any change of the rows a function reads; and where the
 * user's triggers fire, since another UPDATE would set them off once more.
 */
async function staleNotes(session: Session, lookups: ReadonlyMap<string, Lookup>): Promise<readonly string[]> {
  const notes: string[] = []
  for (const { relation, columns } of lookups.values()) {
    for (const column of columns) {
      const [row] = await session.rows(sql`SELECT pg_catalog.count(*) FROM ${relation.only} t WHERE ${stale([column])}`, [], { table: relation.id })
      const count = Number(row?.[0])
      if (count === 0) continue
      notes.push(`${relation.id}.${column.name}: ${count === 1 ? '1 row holds' : `${count} rows hold`} a generated value other than its function gives now; it is computed again when the row is next written`)
    }
  }
  return notes
}

async function computeAgain(session: Session, { relation, columns }: Lookup, scope: Sql): Promise<number> {
  const possible = columns.filter(({ from }) => from !== null)
  if (possible.length === 0) return 0
  const place = { table: relation.id }
  const which = sql`${stale(possible)}${scope}`
  // Not an UPDATE at once: a published table without replica identity refuses even one that would write nothing.
  if ((await session.rows(sql`SELECT FROM ${relation.only} t WHERE ${which} LIMIT 1`, [], place)).length === 0) return 0
  const set = new Map(possible.flatMap(({ from }) => (from === null ? [] : [[from.text, sql`${from} = t.${from}`] as const])))
  return session.run(sql`UPDATE ${relation.only} t SET ${join([...set.values()])} WHERE ${which}`, place)
}

/** As texts: the types need no `=`, and equal is not always the same. */
function stale(columns: readonly ComputedColumn[]): Sql {
  const differ = columns.map((column) => sql`ROW(t.${column.sql})::pg_catalog.text OPERATOR(pg_catalog.<>) ROW(${column.expression})::pg_catalog.text`)
  return sql`(${join(differ, ' OR ')})`
}

/** The rows `t` that were written, as a further condition; null: none was. Their keys are by now those that came. */
function writtenRows(write: PendingWrite): Sql | null {
  const { table, columns, judged, updates, inserts } = write
  if (updates + inserts === 0) return null
  if (judged === null) return sql``
  const from = rowsOf(write, ACTION.insert, ACTION.update)
  const key = writtenKey(table.target.primaryKey?.columns ?? [], new Map(columns.map((column) => [column.name, column])))
  if (key === null) return sql` AND ${rowText(T, columns)} IN (SELECT ${rowText(S, columns)} FROM ${from})`
  const meets = key.map((column) => equalValues(column, sql`s.${column.sql}`, sql`t.${column.sql}`))
  return sql` AND EXISTS (SELECT FROM ${from} WHERE ${join(meets, ' AND ')})`
}
