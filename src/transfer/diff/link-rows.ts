import { ident, join, sql, type Sql } from '../../stores/sql.js'
import { slot, type PairLayout } from './pair-layout.js'
import type { ScratchStatements } from './scratch-statements.js'
import type { PairReference } from './table-pair.js'

/** Finds for every reference of every row the row of its own side that it leads to. What leads nowhere stays without. */
export function linkRows({ run }: ScratchStatements, layouts: ReadonlyMap<number, PairLayout>): void {
  for (const { table, targets, pair } of layouts.values()) {
    for (const index of targets.keys()) run(sql`CREATE INDEX ${ident(`by_t${index}_of_${pair.number}`)} ON ${table} (${slot('t', index)}, side)`)
  }
  for (const { table, elements, links, inner } of layouts.values()) {
    for (const [index, reference] of links.entries()) {
      const own = sql`${table}.${slot('r', index)}`
      run(sql`UPDATE ${table} SET ${slot('p', index)} = ${foundBy(reference, layouts, own, sql`${table}.side`)} WHERE ${slot('r', index)} IS NOT NULL`)
    }
    for (const [index, reference] of inner.entries()) {
      const side = sql`(SELECT side FROM ${table} o WHERE o.n = ${elements}.n)`
      run(sql`UPDATE ${elements} SET p = ${foundBy(reference, layouts, sql`${elements}.r`, side)} WHERE link = ${index}`)
    }
  }
}

/** One row, where several have the key (SQLite lets a reference lead to what is not unique), and a row before a stub. */
function foundBy({ parent, parentColumns }: PairReference, layouts: ReadonlyMap<number, PairLayout>, key: Sql, side: Sql): Sql {
  const target = layouts.get(parent)
  const index = target?.targets.findIndex((columns) => columns.length === parentColumns.length && columns.every(({ name }, at) => name === parentColumns[at])) ?? -1
  return target === undefined || index < 0 ? sql`NULL` : sql`(SELECT min(q.n) FROM ${target.table} q WHERE q.${slot('t', index)} = ${key} AND q.side = ${side})`
}

/** Notes what the rows mean that the references lead to, as far as it is known and was not noted. */
export function noteMeanings({ run }: ScratchStatements, { table, links }: PairLayout, layouts: ReadonlyMap<number, PairLayout>, which: (reference: PairReference) => boolean = () => true): void {
  for (const [index, reference] of links.entries()) {
    const parent = layouts.get(reference.parent)
    if (parent === undefined || !which(reference)) continue
    const [found, means] = [slot('p', index), slot('m', index)]
    run(sql`UPDATE ${table} SET ${means} = (SELECT q.meaning FROM ${parent.table} q WHERE q.n = ${table}.${found}) WHERE ${found} IS NOT NULL AND ${means} IS NULL`)
  }
}

/** The same of keys within values, gathered in `w…`. */
export function noteInnerMeanings({ run }: ScratchStatements, { table, elements, inner, valued, pair }: PairLayout, layouts: ReadonlyMap<number, PairLayout>): void {
  if (inner.length === 0) return
  run(sql`CREATE INDEX ${ident(`by_n_of_e${pair.number}`)} ON ${elements} (n, value)`)
  const ways = inner.flatMap(({ parent }, link) => {
    const target = layouts.get(parent)
    if (target === undefined) return []
    run(sql`UPDATE ${elements} SET m = (SELECT q.meaning FROM ${target.table} q WHERE q.n = ${elements}.p) WHERE link = ${link} AND p IS NOT NULL`)
    return [sql`WHEN e.link = ${link} AND e.p IS NOT NULL THEN '${parent}:' || e.m`]
  })
  for (const index of valued.keys()) {
    const told = sql`(SELECT json_group_array(CASE ${join(ways, ' ')} ELSE '=' || e.r END ORDER BY e.seq) FROM ${elements} e WHERE e.n = ${table}.n AND e.value = ${index})`
    run(sql`UPDATE ${table} SET ${slot('w', index)} = ${told} WHERE ${slot('x', index)} IS NOT NULL`)
  }
}
