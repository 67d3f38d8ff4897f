import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import { ident, join, sql } from '../../sql.js'
import type { Relation } from './relation.js'
import type { Session } from './session.js'

/**
 * Deferrable keys are kept by triggers, which a server acting as a replica does not fire: so they are checked here.
 * @throws CONSTRAINT_VIOLATED
 */
export async function checkDeferrableKeys(session: Session, relations: Iterable<Relation>): Promise<void> {
  for (const relation of relations) {
    const keys = await session.rows(
      sql`SELECT k.conname, (SELECT pg_catalog.json_agg(a.attname ORDER BY n.place) FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY n(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number)::pg_catalog.text,
            pg_catalog.pg_get_constraintdef(k.oid) ~ '^UNIQUE NULLS NOT DISTINCT'
          FROM pg_catalog.pg_constraint k
          WHERE k.conrelid = $1::pg_catalog.oid AND k.contype IN ('p', 'u') AND k.condeferrable ORDER BY k.conname`,
      [relation.oid],
    )
    for (const key of keys) {
      const [name, names, nullsToo] = texts(key, 3)
      const columns = (JSON.parse(names) as string[]).map((column) => ident(column))
      const set = nullsToo === 't' ? sql`true` : join(columns.map((column) => sql`${column} IS NOT NULL`), ' AND ')
      const [twice] = await session.rows(
        sql`SELECT ROW(${join(columns)})::pg_catalog.text, pg_catalog.count(*) FROM ${relation.only} t WHERE ${set} GROUP BY ${join(columns)} HAVING pg_catalog.count(*) > 1 LIMIT 1`,
      )
      if (twice !== undefined) {
        const [value, count] = texts(twice, 2)
        throw new HoldallError('CONSTRAINT_VIOLATED', { store: session.store, table: relation.id, message: `${count} rows hold ${value}, which the key ${name} allows once` })
      }
    }
  }
}
