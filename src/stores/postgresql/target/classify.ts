import { HoldallError } from '../../../errors/holdall-error.js'
import type { Classification } from '../../import-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { sameIdentity, type ColumnFacts } from './column-facts.js'
import { classifiedExamples, keyText } from './examples.js'
import type { Session } from './session.js'
import { matchQuery, type Matched, type StagedTable } from './staged-table.js'

const SHOWN = 5
const S = ident('s')
const T = ident('t')

/** Compares the staged rows with the table's, in one set. `there`: rows the table holds. @throws AMBIGUOUS */
export async function classify(session: Session, staged: StagedTable, number: number, there: number, examples: number): Promise<{ readonly matched: Matched; readonly classification: Classification }> {
  const place = { table: staged.table.target.id }
  await refuseAmbiguous(session, staged)
  const match = ident('pg_temp', `holdall_match_${number}`)
  await session.run(sql`CREATE TEMPORARY TABLE ${match} ON COMMIT DROP AS ${matchQuery(staged)}`, place)
  await session.run(sql`ANALYZE ${match}`)
  const counts = new Map((await session.rows(sql`SELECT class, pg_catalog.count(*) FROM ${match} GROUP BY class`)).map(([name, count]) => [name, Number(count)]))
  const added = counts.get('n') ?? 0
  const changed = counts.get('c') ?? 0
  // Every staged row that is not new met exactly one row of the table, for identities are unique on both sides.
  const absent = there - (staged.rows - added)
  const matched: Matched = Object.freeze({ ...staged, match, new: added, changed, absent })
  const shown = examples === 0 ? [] : await classifiedExamples(session, matched, examples)
  return { matched, classification: { new: added, changed, unchanged: staged.rows - added - changed, absent, examples: shown } }
}

async function refuseAmbiguous(session: Session, staged: StagedTable): Promise<void> {
  const { identity, staging, relation, table } = staged
  if (identity === null) return
  const here = await duplicates(session, identity, sql`${staging.sql} s`, S)
  if (here.length > 0) throw ambiguous(session, staged, 'in the archive', here)
  if (isKey(staged)) return
  const matchedOnly = sql`${relation.only} t WHERE EXISTS (SELECT FROM ${staging.sql} s WHERE ${sameIdentity(identity, S, T)})`
  const there = await duplicates(session, identity, matchedOnly, T)
  if (there.length > 0) throw ambiguous(session, staged, `in the target's table ${table.target.id}`, there)
}

async function duplicates(session: Session, identity: readonly ColumnFacts[], from: Sql, alias: Sql): Promise<readonly string[]> {
  // Like `sameIdentity`: the type's own equality, except that NULL is the same as NULL, as GROUP BY has it anyway.
  const columns = join(identity.map((column) => sql`${alias}.${column.sql}`))
  const rows = await session.rows(
    sql`SELECT pg_catalog.min(${keyText(identity, alias)}), pg_catalog.count(*) FROM ${from} GROUP BY ${columns} HAVING pg_catalog.count(*) > 1 ORDER BY 1 LIMIT ${SHOWN}`,
  )
  return rows.map(([key, count]) => `${key ?? ''}: ${count ?? ''} rows`)
}

/** The server itself keeps the identity unique and without NULL. */
function isKey({ table, identity }: StagedTable): boolean {
  const keys = [...(table.target.primaryKey === null ? [] : [table.target.primaryKey]), ...table.target.uniques]
  return identity?.every((column) => column.notNull) === true && keys.some((key) => key.columns.every((name) => identity.some((column) => column.name === name)))
}

function ambiguous(session: Session, staged: StagedTable, where: string, keys: readonly string[]): HoldallError {
  return new HoldallError('AMBIGUOUS', {
    store: session.store,
    table: staged.table.target.id,
    key: (keys[0] ?? '').replace(/: \d+ rows$/, ''),
    message: `several rows ${where} have one identity`,
    details: keys,
  })
}

