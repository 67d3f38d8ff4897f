import { present } from '../../errors/present.js'
import { identityOrder } from '../../schema/identity-order.js'
import { ident, join, sql, type Sql } from '../../stores/sql.js'
import { identifyRows } from './identify-rows.js'
import { noteMeanings } from './link-rows.js'
import { slot, type PairLayout } from './pair-layout.js'
import type { ScratchStatements } from './scratch-statements.js'
import type { PairReference } from './table-pair.js'

/**
 * Finds for every row the row of the other side that it is, in the order in which identities need each other, and notes for
 * every row a number that stands for what it is, on both sides.
 */
export function matchPairs(db: ScratchStatements, layouts: ReadonlyMap<number, PairLayout>, onGroup: () => void): void {
  db.run(sql`CREATE TABLE clock (round INTEGER)`)
  db.run(sql`INSERT INTO clock VALUES (1)`)
  db.run(sql`CREATE TABLE alike (n INTEGER PRIMARY KEY, first INTEGER, last INTEGER, here INTEGER, there INTEGER)`)
  const nodes = [...layouts.values()].map(({ pair, links }) => ({
    id: String(pair.number),
    rules: pair.identity.rules,
    references: links.map(({ named, parent }) => ({ columns: named, parent: String(parent) })),
  }))
  for (const { tables, byLevel } of identityOrder(nodes)) {
    onGroup()
    const group = tables.map((id) => present(layouts.get(Number(id))))
    const within = new Set(group.map(({ pair }) => pair.number))
    for (const layout of group) noteMeanings(db, layout, layouts, ({ parent }) => !within.has(parent))
    if (byLevel) matchByLevel(db, group, layouts, within)
    else for (const layout of group) identifyRows(db, layout, sql`TRUE`)
  }
}

const NOW = sql`(SELECT round FROM clock)`

/**
 * Identities that need rows of the group itself: first the rows that need none of them, then those that need these. Rows that
 * need each other in a circle are told by the rest of their identity.
 */
function matchByLevel(db: ScratchStatements, group: readonly PairLayout[], layouts: ReadonlyMap<number, PairLayout>, within: ReadonlySet<number>): void {
  db.run(sql`UPDATE clock SET round = 1`)
  const ready = new Map(group.map((layout) => [layout, isReady(layout, within)]))
  for (const { table, pair, links } of group) {
    db.run(sql`CREATE INDEX ${ident(`by_round_of_${pair.number}`)} ON ${table} (round)`)
    for (const [index, { parent }] of links.entries()) if (within.has(parent)) db.run(sql`CREATE INDEX ${ident(`by_p${index}_of_${pair.number}`)} ON ${table} (${slot('p', index)})`)
  }
  for (const layout of group) identifyRows(db, layout, present(ready.get(layout)), NOW)
  while (group.some(({ table }) => db.rows(sql`SELECT 1 FROM ${table} WHERE round = ${NOW} LIMIT 1`).length > 0)) {
    db.run(sql`UPDATE clock SET round = round + 1`)
    for (const layout of group) passOn(db, layout, layouts, within)
    for (const layout of group) identifyRows(db, layout, sql`round = -${NOW} AND ${present(ready.get(layout))}`, NOW)
  }
  for (const layout of group) identifyRows(db, layout, sql`TRUE`, NOW)
}

/** Tells the rows that lead to those identified in the round before, and marks them to be looked at in this one. */
function passOn({ run }: ScratchStatements, { table, links }: PairLayout, layouts: ReadonlyMap<number, PairLayout>, within: ReadonlySet<number>): void {
  for (const [index, { parent }] of links.entries()) {
    const target = within.has(parent) ? layouts.get(parent) : undefined
    if (target === undefined) continue
    const found = slot('p', index)
    run(sql`UPDATE ${table} SET ${slot('m', index)} = (SELECT q.meaning FROM ${target.table} q WHERE q.n = ${table}.${found}), round = CASE WHEN meaning IS NULL THEN -${NOW} ELSE round END
      WHERE ${found} IN (SELECT q.n FROM ${target.table} q WHERE q.round = ${NOW} - 1)`)
  }
}

/** All that its identity needs of the group is known. */
function isReady({ pair, links }: PairLayout, within: ReadonlySet<number>): Sql {
  const compared = new Set(pair.identity.rules.flatMap(({ columns }) => columns))
  const needed = ({ named, parent }: PairReference): boolean => within.has(parent) && (compared.size === 0 || named.some((name) => compared.has(name)))
  const known = links.flatMap((link, index) => (needed(link) ? [sql`(${slot('p', index)} IS NULL OR ${slot('m', index)} IS NOT NULL)`] : []))
  return known.length === 0 ? sql`TRUE` : join(known, ' AND ')
}
