import { present } from '../../errors/present.js'
import { ident, join, sql, type Sql } from '../sql.js'
import { all, any, locatorNames, locatorOf, M, S, T } from './aliases.js'
import type { Matching, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** The staged rows as their identities are compared: references in terms of the target's ids, as far as they are known. */
export interface IdentityRows {
  readonly rows: Sql
  /** False: it is the staging table itself. */
  readonly resolved: boolean
  /** They hold keys that rows of the target have now and will not keep: what they match by is true of no other rows. */
  readonly former: boolean
}

/** The matching of a table whose one rule is a key of the target, with every row identified once; null for any other table. */
export async function matchByKey(state: MergeState, table: MergeTable, { rows, resolved, former }: IdentityRows): Promise<Matching | null> {
  const [rule, ...more] = table.table.identity.rules
  if (rule === undefined || more.length > 0 || !table.isKey(rule.columns) || (await hasOddRows(state, table, rows, rule.columns))) return null
  return { rule: former ? null : rule.columns, matches: resolved ? await joinByRule(state, table, rows, rule.columns) : null, odd: null }
}

/** A staged row has NULL in the identity, or several have the same one. */
async function hasOddRows({ store }: MergeState, table: MergeTable, rows: Sql, columns: readonly string[]): Promise<boolean> {
  const missing = any(columns.map((name) => sql`${S}.${table.column(name)} IS NULL`))
  if ((await store.rows(sql`SELECT 1 FROM ${rows} ${S} WHERE ${missing} LIMIT 1`)).length > 0) return true
  const keys = join(columns.map((name) => table.grouped(name, S)))
  return (await store.rows(sql`SELECT 1 FROM ${rows} ${S} GROUP BY ${keys} HAVING count(*) > 1 LIMIT 1`)).length > 0
}

async function joinByRule({ store, made }: MergeState, table: MergeTable, rows: Sql, columns: readonly string[]): Promise<Sql> {
  const name = `holdall_match_${table.number}_${(made.count += 1)}`
  const matches = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${rows} ${S} JOIN ${table.target} ${T} ON ${all(columns.map((column) => table.equal(column, S, T)))}`)
  await store.index(name, [ident('ordinal')])
  return matches
}

/** Matches by ordered rules: what no or several rows match falls to the next; a row that is matched is out of the others' reach. */
export interface RuleMatcher {
  /** Matches what it can; says how many rows more than before. `round` sets its temporary tables apart. */
  match(rows: Sql, round: number): Promise<number>
  /** Matches rows that refer to themselves in their identity with rows that do so too. */
  matchLoops(): Promise<void>
  /** What is left unmatched is new, unless it is anybody's guess. */
  finish(): Promise<Matching>
  readonly matches: Sql
}

export async function ruleMatcher(state: MergeState, table: MergeTable): Promise<RuleMatcher> {
  const { store } = state
  const call = (state.made.count += 1)
  const place = { table: table.table.target.id }
  const { rules } = table.table.identity
  const names = locatorNames(table)
  const matchName = `holdall_match_${table.number}_${call}`
  const matches = await store.tabulate(matchName, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} FROM ${table.staged} ${S}, ${table.target} ${T} WHERE 1 = 0`, place)
  await store.index(matchName, [ident('ordinal')])
  await store.index(matchName, names)
  const doubtName = `holdall_doubt_${table.number}_${call}`
  const doubts = await store.tabulate(doubtName, sql`SELECT ${S}.${table.ordinal} AS ordinal FROM ${table.staged} ${S} WHERE 1 = 0`, place)
  await store.index(doubtName, [ident('ordinal')])
  const unmatched = sql`NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal})`
  const given = (columns: readonly string[]): Sql => all(columns.map((name) => sql`${S}.${table.column(name)} IS NOT NULL`))

  const unique = async (name: string, from: Sql): Promise<Sql> => {
    const pairs = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${locatorOf(table)} ${from} AND ${unmatched} AND NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`, place)
    return sql`(SELECT ordinal, ${join(names)}, count(*) OVER (PARTITION BY ordinal) AS here, count(*) OVER (PARTITION BY ${join(names)}) AS there FROM ${pairs}) p`
  }
  const take = async (counted: Sql): Promise<number> => store.run(sql`INSERT INTO ${matches} SELECT ordinal, ${join(names)} FROM ${counted} WHERE here = 1 AND there = 1`, place)

  return {
    matches,
    matchLoops: async () => {
      for (const [index, { columns }] of rules.entries()) {
        for (const [at, reference] of table.table.references.entries()) {
          if (reference.parent !== table.table.target.id || reference.place.kind !== 'columns' || !reference.columns.every((name) => columns.includes(name))) continue
          const text = (alias: Sql, column: Sql): Sql => store.asText(sql`${alias}.${column}`)
          const loops = reference.columns.flatMap((name, position) => {
            const key = present(reference.parentColumns[position])
            return [sql`${text(S, table.column(name))} = ${text(S, table.column(key))}`, sql`${text(T, ident(name))} = ${text(T, ident(key))}`]
          })
          const others = columns.filter((name) => !reference.columns.includes(name)).map((name) => table.equal(name, S, T))
          await take(await unique(`holdall_loops_${table.number}_${call}_${index}_${at}`, sql`FROM ${table.staged} ${S} JOIN ${table.target} ${T} ON ${all([...others, ...loops])} WHERE 1 = 1`))
        }
      }
    },
    match: async (rows, round) => {
      let matched = 0
      await store.run(sql`DELETE FROM ${doubts}`, place)
      for (const [index, { columns }] of rules.entries()) {
        const meets = all(columns.map((name) => table.equal(name, S, T)))
        const counted = await unique(`holdall_pairs_${table.number}_${call}_${round}_${index}`, sql`FROM ${rows} ${S} JOIN ${table.target} ${T} ON ${meets} WHERE 1 = 1`)
        // Several rows of the archive with one identity are in doubt also where the target has none of it.
        const repeated = sql`(SELECT ${S}.${table.ordinal} AS ordinal, count(*) OVER (PARTITION BY ${join(columns.map((name) => table.grouped(name, S)))}) AS n FROM ${rows} ${S} WHERE ${given(columns)} AND ${unmatched}) r`
        await store.run(sql`INSERT INTO ${doubts} SELECT ordinal FROM ${counted} WHERE here > 1 OR there > 1 UNION SELECT ordinal FROM ${repeated} WHERE n > 1`, place)
        matched += await take(counted)
      }
      return matched
    },
    finish: async () => {
      const usable = any(rules.map(({ columns }) => given(columns)))
      const oddName = `holdall_odd_${table.number}_${call}`
      const odd = await store.tabulate(
        oddName,
        sql`SELECT ${S}.${table.ordinal} AS ordinal, CASE WHEN ${usable} THEN 'ambiguous' ELSE 'identity-null' END AS reason FROM ${table.staged} ${S}
          WHERE ${unmatched} AND (NOT ${usable} OR EXISTS (SELECT 1 FROM ${doubts} d WHERE d.ordinal = ${S}.${table.ordinal}))`,
        place,
      )
      await store.index(oddName, [ident('ordinal')])
      return { rule: null, matches, odd }
    },
  }
}
