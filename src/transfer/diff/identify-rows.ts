import { join, sql, type Sql } from '../../stores/sql.js'
import { contentOf } from './row-content.js'
import { meaningOf, slot, type PairLayout } from './pair-layout.js'
import type { ScratchStatements } from './scratch-statements.js'
import type { IdentityRule } from '../../schema/table-identity.js'

/**
 * Identifies the rows that meet a condition and were not identified: by each rule in turn, one row here and one there that
 * are alike are the same. Several that are alike count as one and the same to whoever refers to them, and so do rows without
 * an identity that are alike in all they hold.
 */
export function identifyRows(db: ScratchStatements, layout: PairLayout, which: Sql, round: Sql = sql`0`): void {
  const { table, pair } = layout
  const open = sql`t.meaning IS NULL AND ${which}`
  // A group of one rule may begin with the row that one of another begins with.
  const group = (number: number): Sql => sql`(alike.first * ${pair.identity.rules.length + 1} + ${number})`
  const [only] = pair.identity.rules
  if (only?.alike === true) {
    for (const text of [sql`${ruleText(layout, only)}, ${contentOf(layout, sql`t`)}`, ruleText(layout, only)]) pairAlike(db, table, text, { open, round })
    db.run(sql`UPDATE ${table} AS t SET meaning = t.n, round = ${round} WHERE ${open}`)
    return
  }
  for (const [number, rule] of pair.identity.rules.entries()) {
    gather(db, table, ruleText(layout, rule), sql`${open} AND ${usable(layout, rule)}`)
    db.run(sql`UPDATE ${table} AS t SET meaning = alike.first, mate = CASE t.side WHEN 0 THEN alike.last ELSE alike.first END, round = ${round} FROM alike WHERE alike.n = t.n AND alike.here = 1 AND alike.there = 1`)
    db.run(sql`UPDATE ${table} AS t SET doubt = 1, known = coalesce(t.known, ${group(number)}) FROM alike WHERE alike.n = t.n AND (alike.here > 1 OR alike.there > 1)`)
  }
  const any = pair.identity.rules.map((rule) => sql`(${usable(layout, rule)})`)
  const identified = any.length === 0 ? sql`FALSE` : sql`(${join(any, ' OR ')})`
  gather(db, table, contentOf(layout, sql`t`), sql`${open} AND NOT ${identified}`)
  db.run(sql`UPDATE ${table} AS t SET meaning = -${group(pair.identity.rules.length)}, doubt = 2, round = ${round} FROM alike WHERE alike.n = t.n`)
  db.run(sql`UPDATE ${table} AS t SET meaning = CASE t.doubt WHEN 1 THEN -t.known ELSE t.n END, round = ${round} WHERE ${open}`)
}

/** The first here and the first there with the same text are one row, then the second of both, and so on. */
function pairAlike({ run }: ScratchStatements, table: Sql, text: Sql, { open, round }: { readonly open: Sql; readonly round: Sql }): void {
  run(sql`DELETE FROM alike`)
  run(sql`CREATE TEMP TABLE nth AS SELECT t.n, t.side, dense_rank() OVER (ORDER BY ${text}) AS kind, row_number() OVER (PARTITION BY t.side, ${text} ORDER BY t.n) AS nth FROM ${table} t WHERE ${open}`)
  run(sql`INSERT INTO alike SELECT x.n, min(x.n) OVER same, max(x.n) OVER same, count(*) FILTER (WHERE x.side = 0) OVER same, count(*) FILTER (WHERE x.side = 1) OVER same FROM nth x WINDOW same AS (PARTITION BY x.kind, x.nth)`)
  run(sql`DROP TABLE nth`)
  run(sql`UPDATE ${table} AS t SET meaning = alike.first, mate = CASE t.side WHEN 0 THEN alike.last ELSE alike.first END, round = ${round} FROM alike WHERE alike.n = t.n AND alike.here = 1 AND alike.there = 1`)
}

function gather({ run }: ScratchStatements, table: Sql, text: Sql, which: Sql): void {
  run(sql`DELETE FROM alike`)
  run(sql`INSERT INTO alike SELECT t.n, min(t.n) OVER same, max(t.n) OVER same, count(*) FILTER (WHERE t.side = 0) OVER same, count(*) FILTER (WHERE t.side = 1) OVER same
    FROM ${table} t WHERE ${which} WINDOW same AS (PARTITION BY ${text})`)
}

function usable({ keys }: PairLayout, { columns }: IdentityRule): Sql {
  return join(columns.map((name) => sql`t.${keySlot(keys, name)} IS NOT NULL`), ' AND ')
}

function ruleText(layout: PairLayout, { columns }: IdentityRule): Sql {
  const parts = columns.map((name) => meaningOf(layout, name, sql`t`, sql`'=' || t.${keySlot(layout.keys, name)}`))
  return join(parts)
}

function keySlot(keys: PairLayout['keys'], name: string): Sql {
  return slot('k', keys.findIndex((key) => key.name === name))
}
