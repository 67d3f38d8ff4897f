import { ident, join, sql, verbatim, type Sql } from '../../sql.js'
import { sameIdentity } from './column-facts.js'
import type { PendingWrite } from './pending-write.js'
import { absentRows } from './staged-table.js'

const S = ident('s')
const T = ident('t')

/**
 * One statement that deletes, updates and inserts the rows of all these tables, or null when there is nothing to do.
 *
 * One statement, because the server checks a foreign key that is not deferrable at the end of the statement: so rows of
 * a cycle, a reference to a row that comes with the same import, and a key that moves from one row to another all hold.
 * Within a table the parts wait for each other (each reads the count of the one before): a row deleted or updated
 * first gives its unique values up for the next. It returns one row: deleted and updated rows, table by table.
 */
export function writeStatement(writes: readonly PendingWrite[]): Sql | null {
  const parts: Sql[] = []
  const counts: Sql[] = []
  for (const [index, write] of writes.entries()) {
    let before = sql``
    const add = (kind: string, build: (before: Sql) => Sql): void => {
      const name = verbatim(`${kind}${index}`)
      parts.push(sql`${name} AS (${build(before)})`)
      if (kind === 'i') return
      counts.push(sql`(SELECT pg_catalog.count(*) FROM ${name})`)
      before = sql` AND (SELECT pg_catalog.count(*) FROM ${name}) >= 0`
    }
    if (write.deletes > 0) add('d', () => deletion(write))
    if (write.updates > 0) add('u', (after) => update(write, after))
    if (write.inserts > 0) add('i', (after) => insertion(write, after))
  }
  return parts.length === 0 ? null : sql`WITH ${join(parts)} SELECT ${join(counts)}`
}

function deletion({ staged }: PendingWrite): Sql {
  const absent = absentRows(staged)
  const using = absent.from.text === '' ? sql`` : sql` USING ${absent.from}`
  return sql`DELETE FROM ${staged.relation.only} t${using} WHERE ${absent.where} RETURNING 1`
}

function update({ staged, match }: PendingWrite, after: Sql): Sql {
  const { columns, identity, staging, relation } = staged
  const writable = columns.filter((column) => !column.always)
  const set = join(writable.map((column) => sql`${column.sql} = s.${column.sql}`))
  return sql`UPDATE ${relation.only} t SET ${set} FROM ${staging.sql} s JOIN ${match ?? sql``} m ON m.ordinal = s.${staging.ordinal}
    WHERE m.class = 'c' AND ${sameIdentity(identity ?? [], S, T)}${after} RETURNING 1`
}

function insertion({ staged, match }: PendingWrite, after: Sql): Sql {
  const { columns, staging, relation } = staged
  const names = columns.length === 0 ? sql`` : sql` (${join(columns.map((column) => column.sql))})`
  const overriding = columns.some((column) => column.identity) ? sql` OVERRIDING SYSTEM VALUE` : sql``
  const values = join(columns.map((column) => sql`s.${column.sql}`))
  const from = match === null ? sql`${staging.sql} s WHERE true` : sql`${staging.sql} s JOIN ${match} m ON m.ordinal = s.${staging.ordinal} WHERE m.class = 'n'`
  return sql`INSERT INTO ${relation.sql}${names}${overriding} SELECT ${values} FROM ${from}${after} ORDER BY s.${staging.ordinal}`
}
