import { present } from '../../../errors/present.js'
import type { ImportTable } from '../../import-table.js'
import { sql } from '../../sql.js'
import type { TargetOptions } from '../../store.js'
import { readForeignKeys, type ForeignKey } from './foreign-key.js'
import { LARGE_LOAD } from './indexes-aside.js'
import { lockTables } from './lock-tables.js'
import { readLookups, type Lookup } from './lookups.js'
import { takeReferencesAside, type HeldReference } from './references.js'
import { readRelations, type Relation } from './relation.js'
import type { Session } from './session.js'
import { silence, type Silence } from './triggers.js'

/** What the references of the imported tables do while rows are written. */
export type References =
  /** There are none, or they were dropped and are added again in `settle`. */
  | { readonly how: 'aside'; readonly held: readonly HeldReference[] }
  /** The server checks them: those that are deferrable at the end, the others statement by statement. */
  | { readonly how: 'in-place'; readonly keys: readonly ForeignKey[] }
  /** The server is silent; `settle` checks them itself. */
  | { readonly how: 'unchecked'; readonly keys: readonly ForeignKey[] }

export interface Prepared {
  readonly tables: readonly ImportTable[]
  /** Of all tables, by id, and of those that are written. */
  readonly relations: ReadonlyMap<string, Relation>
  readonly written: ReadonlyMap<string, Relation>
  /** Rows each table held at the beginning, by id. */
  readonly counts: ReadonlyMap<string, number>
  readonly silenced: Silence
  /** The user's triggers fire. */
  readonly firing: boolean
  readonly references: References
  /** Tables that are written after the others, by id. */
  readonly lookups: ReadonlyMap<string, Lookup>
  /** Ids of tables from which rows may be deleted. */
  readonly replaced: ReadonlySet<string>
  /** Ids of empty tables that many rows come to, and that nothing has to be looked up in before the end. */
  readonly large: ReadonlySet<string>
}

/** `rows`: how many the archive holds, by id. @throws STORE_LOCKED, STORE_NOT_PERMITTED, TABLE_NOT_FOUND */
export async function prepareTables(session: Session, tables: readonly ImportTable[], rows: ReadonlyMap<string, number>, options: TargetOptions): Promise<Prepared> {
  const relations = await readRelations(session, tables.map((table) => table.target))
  await lockTables(session, [...relations.values()], 'writers')
  const counts = new Map<string, number>()
  for (const relation of relations.values()) {
    const [row] = await session.rows(sql`SELECT pg_catalog.count(*) FROM ${relation.only}`, [], { table: relation.id })
    counts.set(relation.id, Number(row?.[0]))
  }
  const roles = new Map(tables.map((table) => [table.target.id, table.role]))
  const written = new Map([...relations].filter(([id]) => roles.get(id) === 'written'))
  const isFilled = (id: string): boolean => present(counts.get(id)) > 0
  const silenced = options.triggers === 'silence' ? await silence(session, written.values()) : ({ how: 'none' } as const)
  const replaced = new Set(tables.filter((table) => deletes(table) && isFilled(table.target.id)).map((table) => table.target.id))
  const keys = await readForeignKeys(session, written.values())
  const lookups = await readLookups(session, written.values())
  const firing = options.triggers === 'fire'
  const many = [...written.keys()].filter((id) => !isFilled(id) && (rows.get(id) ?? 0) >= LARGE_LOAD)
  const references = await arrange(session, keys, silenced, { worthIt: replaced.size > 0 || ![...written.keys()].some(isFilled), large: many.length > 0 })
  // Keys that references stand on can go only with these.
  const large = new Set(references.how === 'aside' && lookups.size === 0 && !firing ? many : [])
  await session.run(sql`SET CONSTRAINTS ALL DEFERRED`)
  return { tables, relations, written, counts, silenced, firing, references, lookups, replaced, large }
}

function deletes({ role, strategy, prune }: ImportTable): boolean {
  return role === 'written' && (prune || strategy === 'replace')
}

/**
 * Dropping a foreign key and adding it again checks all rows at once, many times faster than row by row, and no order of
 * rows matters. It locks readers out and reads both tables whole, so it is done for a restore and for `replace`, whose
 * deletions must not drag other rows along; a merge into tables in use, also three-way, leaves the keys in place.
 */
async function arrange(session: Session, all: readonly ForeignKey[], silenced: Silence, { worthIt, large }: { readonly worthIt: boolean; readonly large: boolean }): Promise<References> {
  const keys = all.filter((key) => !key.asleep)
  const silent = silenced.how === 'replica'
  if (keys.length === 0) return silent && !large ? { how: 'unchecked', keys } : { how: 'aside', held: [] }
  if (worthIt && (!silent || large) && keys.every((key) => key.child.owned && key.parent.owned)) return { how: 'aside', held: await takeReferencesAside(session, keys) }
  return { how: silent ? 'unchecked' : 'in-place', keys }
}

/**
 * Whether COPY may write straight into an empty table: not while a reference that is checked at once may point to a row
 * that comes later. `loaded`: tables whose rows are all there.
 */
export function canLoadNow(references: References, table: string, loaded: ReadonlySet<string>): boolean {
  if (references.how !== 'in-place') return true
  return references.keys.every((key) => {
    const parent = key.parent.imported
    return key.child.imported !== table || key.deferrable || parent === null || parent === table || loaded.has(parent)
  })
}
