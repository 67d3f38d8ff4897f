import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import { ident, sql, verbatim, type Sql } from '../../sql.js'
import { SEQUENCE_FEED } from './sequence-feed.js'
import type { Session } from './session.js'

/** Where a sequence has to stand so that its next value is free. */
export interface SequenceMove {
  readonly label: string
  readonly sql: Sql
  readonly oid: string
  readonly to: string
  readonly ascending: boolean
  /** The role may read where it stands. */
  readonly readable: boolean
}

export interface SequencePlan {
  readonly moves: readonly SequenceMove[]
  /** What the user should know, one sentence each. */
  readonly notes: readonly string[]
}

interface Feeding {
  readonly oid: string
  readonly label: string
  readonly sql: Sql
  readonly ascending: boolean
  readonly min: bigint
  readonly max: bigint
  readonly cycles: boolean
  readonly movable: boolean
  readonly readable: boolean
  readonly usable: boolean
  readonly columns: readonly { readonly oid: string; readonly table: Sql; readonly column: string }[]
}

/** A value that a sequence must be past at least: `last` of the archive, by the sequence or by a column it feeds. */
export interface Floor {
  readonly last: string
  readonly of: { readonly namespace: string; readonly sequence: string } | { readonly table: string; readonly column: string }
}

/**
 * Works out which sequences have to move, without moving any: those that feed a column of the tables (`oids`), past the
 * greatest value of every column they feed, and those a floor names. Never backwards.
 * @throws STORE_NOT_PERMITTED when one has to move and the role may not
 */
export async function planSequences(session: Session, oids: readonly string[], floors: readonly Floor[]): Promise<SequencePlan> {
  const moves: SequenceMove[] = []
  const notes: string[] = []
  for (const sequence of await readFeeding(session, oids, floors)) {
    const wanted = await wantedValue(session, sequence, floors)
    if (wanted === null) continue
    if (wanted === (sequence.ascending ? sequence.max : sequence.min) && !sequence.cycles) notes.push(`the sequence ${sequence.label} has no value left: the next INSERT that draws from it fails`)
    if (!(await behind(session, sequence, wanted))) continue
    if (!sequence.movable) throw notPermitted(session, sequence)
    moves.push({ label: sequence.label, sql: sequence.sql, oid: sequence.oid, to: wanted.toString(), ascending: sequence.ascending, readable: sequence.readable })
  }
  return { moves, notes }
}

/** Sequences are no part of a transaction: this is the very last thing before COMMIT, and never done for a dry run. */
export async function moveSequences(session: Session, moves: readonly SequenceMove[]): Promise<void> {
  for (const move of moves) {
    const set = sql`SELECT pg_catalog.setval($1::pg_catalog.oid::pg_catalog.regclass, $2::pg_catalog.int8, true)`
    // Somebody may have drawn from it since the plan.
    const still = move.ascending ? sql`last_value < $2::pg_catalog.int8 OR (last_value = $2::pg_catalog.int8 AND NOT is_called)` : sql`last_value > $2::pg_catalog.int8 OR (last_value = $2::pg_catalog.int8 AND NOT is_called)`
    await session.rows(move.readable ? sql`${set} FROM ${move.sql} WHERE ${still}` : set, [move.oid, move.to])
  }
}

async function readFeeding(session: Session, oids: readonly string[], floors: readonly Floor[]): Promise<readonly Feeding[]> {
  const named = floors.flatMap((floor) => ('sequence' in floor.of ? [floor.of] : []))
  const rows = await session.rows(
    sql`WITH ${SEQUENCE_FEED}
        SELECT s.seqrelid, n.nspname, c.relname, s.seqincrement > 0, s.seqmin, s.seqmax, s.seqcycle,
          pg_catalog.has_sequence_privilege(c.oid, 'UPDATE'), pg_catalog.has_sequence_privilege(c.oid, 'SELECT'), pg_catalog.has_sequence_privilege(c.oid, 'USAGE'),
          (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(t.oid::pg_catalog.text, tn.nspname, t.relname, a.attname) ORDER BY t.oid, a.attnum), '[]')
            FROM feed f JOIN pg_catalog.pg_class t ON t.oid = f.rel AND t.relkind IN ('r', 'p') JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = f.rel AND a.attnum = f.att JOIN pg_catalog.pg_type y ON y.oid = a.atttypid AND y.typcategory = 'N'
            WHERE f.seq = s.seqrelid AND pg_catalog.has_column_privilege(t.oid, a.attnum, 'SELECT'))::pg_catalog.text
        FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE s.seqrelid IN (SELECT seq FROM feed WHERE rel = ANY ($1::pg_catalog.oid[]))
          OR (n.nspname, c.relname) IN (SELECT nsp, rel FROM ROWS FROM (pg_catalog.unnest($2::pg_catalog.text[]), pg_catalog.unnest($3::pg_catalog.text[])) named(nsp, rel))
        ORDER BY n.nspname, c.relname`,
    [oids, named.map((each) => each.namespace), named.map((each) => each.sequence)],
  )
  return rows.map((row) => {
    const [oid, namespace, name, ascending, min, max, cycles, movable, readable, usable, columns] = texts(row, 11)
    return {
      oid,
      label: `${namespace}.${name}`,
      sql: ident(namespace, name),
      ascending: ascending === 't',
      min: BigInt(min),
      max: BigInt(max),
      cycles: cycles === 't',
      movable: movable === 't',
      readable: readable === 't',
      usable: usable === 't',
      columns: (JSON.parse(columns) as [string, string, string, string][]).map(([table, schema, relation, column]) => ({ oid: table, table: ident(schema, relation), column })),
    }
  })
}

/** The furthest value that is taken, inside the sequence's bounds; null when there is none. */
async function wantedValue(session: Session, sequence: Feeding, floors: readonly Floor[]): Promise<bigint | null> {
  const found: bigint[] = []
  const inRange = (value: bigint): boolean => value >= sequence.min && value <= sequence.max
  for (const { table, column } of sequence.columns) {
    const furthest = sequence.ascending ? sql`pg_catalog.max(${ident(column)})` : sql`pg_catalog.min(${ident(column)})`
    let value = await wholeBeyond(session, sequence, sql`SELECT ${furthest}::pg_catalog.text FROM ${table}`)
    if (value !== null && !inRange(value)) {
      // What the sequence never hands out is in nobody's way.
      const number = sql`${ident(column)}::pg_catalog.text::pg_catalog.numeric`
      value = await wholeBeyond(session, sequence, sql`SELECT ${furthest}::pg_catalog.text FROM ${table} WHERE ${number} BETWEEN ${verbatim(sequence.min.toString())} AND ${verbatim(sequence.max.toString())}`)
    }
    if (value !== null) found.push(value)
  }
  for (const floor of floors) {
    const of = floor.of
    const meant = 'sequence' in of ? `${of.namespace}.${of.sequence}` === sequence.label : sequence.columns.some((column) => column.oid === of.table && column.column === of.column)
    if (meant) found.push(BigInt(floor.last))
  }
  if (found.length === 0) return null
  const furthest = found.reduce((a, b) => ((sequence.ascending ? a > b : a < b) ? a : b))
  if (sequence.ascending) return furthest < sequence.min ? null : furthest > sequence.max ? sequence.max : furthest
  return furthest > sequence.max ? null : furthest < sequence.min ? sequence.min : furthest
}

/** A numeric column may hold fractions; the sequence must pass the whole number beyond. */
async function wholeBeyond(session: Session, sequence: Feeding, query: Sql): Promise<bigint | null> {
  const [row] = await session.rows(query)
  const [, whole, fraction] = /^(-?\d+)(\.\d*[1-9])?/.exec(row?.[0] ?? '') ?? []
  return whole === undefined ? null : BigInt(whole) + (fraction === undefined ? 0n : sequence.ascending ? 1n : -1n)
}

/** True when the sequence may hand out `wanted`, or a value before it, next. */
async function behind(session: Session, sequence: Feeding, wanted: bigint): Promise<boolean> {
  if (!sequence.readable && !sequence.usable) throw notPermitted(session, sequence)
  const columns = sequence.readable ? sql`SELECT last_value::pg_catalog.text, is_called FROM ${sequence.sql}` : sql`SELECT pg_catalog.pg_sequence_last_value($1::pg_catalog.oid::pg_catalog.regclass)::pg_catalog.text, true`
  const [row] = await session.rows(columns, sequence.readable ? [] : [sequence.oid])
  const last = row?.[0] ?? null
  if (last === null) return true
  const difference = sequence.ascending ? wanted - BigInt(last) : BigInt(last) - wanted
  return row?.[1] === 't' ? difference > 0n : difference >= 0n
}

function notPermitted(session: Session, sequence: Feeding): HoldallError {
  return new HoldallError('STORE_NOT_PERMITTED', {
    store: session.store,
    table: sequence.label,
    message: 'the sequence has to move past the imported values, and the role may not move it',
    hint: `GRANT SELECT, UPDATE ON SEQUENCE ${sequence.sql.text} TO the role, or use the role that owns it.`,
  })
}

