import { present } from '../../../errors/present.js'
import { sql } from '../../sql.js'
import type { Relation } from './relation.js'
import { SEQUENCE_FEED } from './sequence-feed.js'
import type { Session } from './session.js'

/** By column, the last number that a sequence of its own has handed out; rows that had it may be gone. */
export async function readGivenNumbers(session: Session, relation: Relation): Promise<ReadonlyMap<string, bigint>> {
  const rows = await session.rows(
    sql`WITH ${SEQUENCE_FEED}
        SELECT a.attname, pg_catalog.max(CASE WHEN pg_catalog.has_sequence_privilege(s.seqrelid, 'SELECT, USAGE') THEN pg_catalog.pg_sequence_last_value(s.seqrelid) END)
        FROM feed f JOIN pg_catalog.pg_sequence s ON s.seqrelid = f.seq JOIN pg_catalog.pg_attribute a ON a.attrelid = f.rel AND a.attnum = f.att
        WHERE f.rel = $1::pg_catalog.oid GROUP BY a.attname`,
    [relation.oid],
  )
  return new Map(rows.flatMap(([name, last]) => (typeof last === 'string' ? [[present(name), BigInt(last)] as const] : [])))
}
