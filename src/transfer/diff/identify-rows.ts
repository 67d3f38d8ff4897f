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
