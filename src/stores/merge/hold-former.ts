import { join, sql } from '../sql.js'
import { all, locatorNames, locatorOf, M, S, T } from './aliases.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** Rows of the target that were rows of the archive before these were matched again are nobody's, but the archive does not lack them. */
export async function holdFormer({ store, made }: MergeState, table: MergeTable, former: Matching, { matches }: Matching): Promise<void> {
  if (matches === null) return
  const place = { table: table.table.target.id }
  const names = locatorNames(table)
  const met =
    former.matches !== null
      ? sql`SELECT ${M}.ordinal AS ordinal, ${join(names.map((name) => sql`${M}.${name}`))} FROM ${former.matches} ${M} WHERE ${M}.ordinal > 0`
      : sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${table.staged} ${S} JOIN ${table.target} ${T} ON ${all((former.rule ?? []).map((name) => table.equal(name, S, T)))}`
  const held = await store.tabulate(`holdall_former_${table.number}_${(made.count += 1)}`, met, place)
  const alike = all(names.map((name) => sql`n.${name} = f.${name}`))
  await store.run(sql`INSERT INTO ${matches} (ordinal, ${join(names)}) SELECT -f.ordinal, ${join(names.map((name) => sql`f.${name}`))} FROM ${held} f WHERE NOT EXISTS (SELECT 1 FROM ${matches} n WHERE ${alike})`, place)
}
