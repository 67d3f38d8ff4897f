import type pg from 'pg'
import type { LeftOut } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import { ident, literal, sql, verbatim } from '../sql.js'
import { catalogue, ofNoExtension, userNamespace } from './catalogue.js'

export interface SequenceRow {
  readonly oid: string
  readonly id: string
  readonly namespace: string
  readonly name: string
  readonly dataType: string
  readonly start: string
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly cache: string
  readonly cycle: boolean
  readonly last: string | null
  /** OWNED BY, or the identity column: table and column by object id and number. */
  readonly owner: { readonly table: string; readonly column: number } | null
  readonly readable: boolean
}

const sequences = sql`
  SELECT s.seqrelid AS oid, n.nspname AS namespace, c.relname AS name, format_type(s.seqtypid, NULL) AS "dataType",
    s.seqstart::text AS start, s.seqincrement::text AS increment, s.seqmin::text AS min, s.seqmax::text AS max,
    s.seqcache::text AS cache, s.seqcycle AS cycle,
    has_sequence_privilege(c.oid, 'SELECT') AS readable,
    CASE WHEN has_sequence_privilege(c.oid, 'SELECT,USAGE') THEN pg_sequence_last_value(c.oid)::text END AS last,
    (SELECT json_build_object('table', d.refobjid, 'column', d.refobjsubid) FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') LIMIT 1) AS owner
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relpersistence <> 't' AND ${userNamespace} AND ${ofNoExtension(literal('pg_class'), sql`c.oid`)}`

/** How many sequences one statement looks into. */
const PAGE = 200

/** Every sequence of the user's. One whose value the role may not read is reported, not taken for unused. */
export async function introspectSequences(client: pg.ClientBase): Promise<{ readonly sequences: readonly SequenceRow[]; readonly leftOut: readonly LeftOut[] }> {
  const found = await catalogue<Omit<SequenceRow, 'id'>>(client, sequences)
  const named = found.map((row) => ({ ...row, id: tableId(row.namespace, row.name) }))
  const unused = named.filter((row) => row.last === null && row.readable)
  const set = new Map<string, string>()
  for (let from = 0; from < unused.length; from += PAGE) {
    for (const [oid, next] of await nextValues(client, unused.slice(from, from + PAGE))) set.set(oid, next)
  }
  const withLast = named.map((row) => ({ ...row, last: row.last ?? lastBefore(row, set.get(row.oid)) }))
  const unreadable = named.filter((row) => row.last === null && !row.readable)
  return { sequences: withLast, leftOut: unreadable.map((row) => ({ kind: 'sequence value', name: row.id, reason: 'the role has no SELECT on the sequence' })) }
}

/** First values to be handed out, of sequences that have handed out none. */
async function nextValues(client: pg.ClientBase, rows: readonly Omit<SequenceRow, 'id'>[]): Promise<readonly (readonly [string, string])[]> {
  const selects = rows.map((row) => sql`SELECT ${literal(row.oid)} AS oid, last_value::text AS next FROM ${ident(row.namespace, row.name)} WHERE NOT is_called`.text)
  const found = await catalogue<{ readonly oid: string; readonly next: string }>(client, verbatim(selects.join(' UNION ALL ')))
  return found.map((row) => [row.oid, row.next])
}

/** After `setval(…, n, false)` the next value is n: the last one was the one before, where the sequence can stand there. */
function lastBefore(row: Omit<SequenceRow, 'id'>, next: string | undefined): string | null {
  if (next === undefined || next === row.start) return null
  const last = BigInt(next) - BigInt(row.increment)
  return last >= BigInt(row.min) && last <= BigInt(row.max) ? String(last) : null
}
