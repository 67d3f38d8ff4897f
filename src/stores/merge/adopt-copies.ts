import { ident, join, sql } from '../sql.js'
import { locatorNames, M, T } from './aliases.js'
import { COPY, type MergeState } from './merge-state.js'
import type { Pairing } from './pairing.js'

/** What was found to be a copy is the row of the archive from now on; the one it differs from stays out of the reach of others. */
export async function adoptCopies({ store, ids }: MergeState, { copying: { table, matches, copies }, pairs }: Pairing): Promise<void> {
  const place = { table: table.table.target.id }
  const names = join(locatorNames(table))
  const found = sql`SELECT ordinal FROM ${pairs} WHERE own = 0`
  if ((await store.rows(sql`${found} LIMIT 1`)).length === 0) return
  const values = copies.moving.map((name) => sql`${T}.${ident(name)}`)
  const there = sql`${pairs} ${M} JOIN ${table.target} ${T} ON ${table.located(T, M)}`
  await store.run(
    sql`INSERT INTO ${copies.sql} SELECT ${join([sql`${M}.ordinal`, sql`${M}.n`, sql`${COPY.there}`, ...values])} FROM ${there} WHERE ${M}.own = 0 AND EXISTS (SELECT 1 FROM ${matches} h WHERE h.ordinal = ${M}.ordinal)`,
    place,
  )
  await store.run(sql`UPDATE ${matches} SET ordinal = -ordinal WHERE ordinal IN (${found})`, place)
  await store.run(sql`INSERT INTO ${matches} (ordinal, ${names}) SELECT ordinal, ${names} FROM ${pairs} WHERE own = 0`, place)
  const given = ids.get(table.table.target.id)
  if (given === undefined) return
  const surrogates = table.table.identity.surrogates.map((column, index) => sql`${ident(`n${index}`)} = ${T}.${ident(column)}`)
  await store.run(sql`UPDATE ${given} AS w SET ${join(surrogates)} FROM ${there} WHERE ${M}.ordinal = w.ordinal AND ${M}.own = 0 AND NOT EXISTS (SELECT 1 FROM ${copies.sql} c WHERE c.ordinal = w.ordinal)`, place)
}
