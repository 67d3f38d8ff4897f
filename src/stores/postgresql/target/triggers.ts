import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import { ident, sql, verbatim, type Sql } from '../../sql.js'
import type { Relation } from './relation.js'
import { databaseError, type Session } from './session.js'

/** A trigger or a rewrite rule of the user's. `state` is what the catalogue says: O origin, D disabled, R replica, A always. */
export interface Reaction {
  readonly kind: 'TRIGGER' | 'RULE'
  readonly name: string
  readonly table: string
  readonly sql: Sql
  readonly state: 'O' | 'D' | 'R' | 'A'
  readonly owned: boolean
}

/** How the reactions were silenced, and so how they come back. */
export type Silence =
  | { readonly how: 'none' }
  | { readonly how: 'disabled'; readonly reactions: readonly Reaction[] }
  /** The server fires nothing of origin at all, foreign keys included. */
  | { readonly how: 'replica' }

const WAKE = { O: sql`ENABLE`, A: sql`ENABLE ALWAYS`, R: sql`ENABLE REPLICA`, D: sql`DISABLE` } as const

/**
 * Silences the user's triggers and rules of the tables and their partitions.
 * @throws STORE_NOT_PERMITTED
 */
export async function silence(session: Session, relations: Iterable<Relation>): Promise<Silence> {
  const reactions = await readReactions(session, relations)
  const awake = reactions.filter((each) => each.state === 'O' || each.state === 'A')
  if (awake.length === 0) return { how: 'none' }
  const foreign = awake.find((each) => !each.owned)
  if (foreign === undefined) {
    for (const each of awake) await session.run(sql`ALTER TABLE ${each.sql} DISABLE ${verbatim(each.kind)} ${ident(each.name)}`, { table: each.table })
    return { how: 'disabled', reactions: awake }
  }
  // As a replica the server fires those that are meant for replicas.
  const stubborn = reactions.find((each) => each.state === 'R' || each.state === 'A')
  if (stubborn !== undefined) throw notPermitted(session, stubborn)
  try {
    await session.attempt(async () => session.run(sql`SET LOCAL session_replication_role = replica`))
  } catch (error) {
    throw databaseError(error)?.code === '42501' ? notPermitted(session, foreign, error) : error
  }
  return { how: 'replica' }
}

/** Every one as it was before. */
export async function wake(session: Session, silenced: Silence): Promise<void> {
  if (silenced.how === 'replica') await session.run(sql`SET LOCAL session_replication_role = origin`)
  if (silenced.how !== 'disabled') return
  for (const each of silenced.reactions) {
    await session.run(sql`ALTER TABLE ${each.sql} ${WAKE[each.state]} ${verbatim(each.kind)} ${ident(each.name)}`, { table: each.table })
  }
}

/**
 * Clones on partitions are internal before PostgreSQL 13, but unlike those of foreign keys and deferrable keys they are
 * of no constraint other than a constraint trigger. Names, not inheritance, address each: a partition may differ from its table.
 */
async function readReactions(session: Session, relations: Iterable<Relation>): Promise<readonly Reaction[]> {
  const rows = await session.rows(
    sql`SELECT r.kind, r.name, n.nspname, c.relname, c.relkind, r.state, pg_catalog.pg_has_role(c.relowner, 'USAGE')
        FROM (
          SELECT 'TRIGGER' AS kind, t.tgname AS name, t.tgrelid AS relid, t.tgenabled AS state FROM pg_catalog.pg_trigger t
            WHERE NOT t.tgisinternal OR t.tgconstraint = 0
              OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype = 't')
          UNION ALL
          SELECT 'RULE', w.rulename, w.ev_class, w.ev_enabled FROM pg_catalog.pg_rewrite w
        ) r
        JOIN pg_catalog.pg_class c ON c.oid = r.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE r.relid = ANY ($1::pg_catalog.oid[])
        ORDER BY n.nspname, c.relname, r.kind, r.name`,
    [[...relations].flatMap((relation) => relation.members)],
  )
  return rows.map((row) => {
    const [kind, name, namespace, table, relkind, state, owned] = texts(row, 7)
    const quoted = ident(namespace, table)
    return {
      kind: kind === 'RULE' ? 'RULE' : 'TRIGGER',
      name,
      table: namespace === 'public' ? table : `${namespace}.${table}`,
      sql: relkind === 'p' ? sql`ONLY ${quoted}` : quoted,
      state: state as Reaction['state'],
      owned: owned === 't',
    }
  })
}

function notPermitted(session: Session, reaction: Reaction, cause?: unknown): HoldallError {
  return new HoldallError('STORE_NOT_PERMITTED', {
    store: session.store,
    table: reaction.table,
    message: `the role may not silence the ${reaction.kind.toLowerCase()} ${reaction.name}`,
    hint: 'Use a role that owns the table, or let the triggers fire with --triggers fire.',
    cause,
  })
}
