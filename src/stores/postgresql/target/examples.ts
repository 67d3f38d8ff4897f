import type { ClassifiedRow } from '../../import-table.js'
import { ident, join, literal, sql, type Sql } from '../../sql.js'
import { differs, rowText, sameIdentity, type ColumnFacts } from './column-facts.js'
import type { Session } from './session.js'
import { absentRows, type Matched } from './staged-table.js'

const S = ident('s')
const T = ident('t')

/** Characters of one value that a key shows. */
const LONGEST = 60

/** Up to `limit` rows of each class, in the order of the archive. */
export async function classifiedExamples(session: Session, matched: Matched, limit: number): Promise<readonly ClassifiedRow[]> {
  const { staging, match, relation, identity, columns } = matched
  const keyed = identity ?? columns
  const found: ClassifiedRow[] = []
  if (matched.changed > 0 && identity !== null) {
    const rows = await session.rows(
      sql`SELECT ${keyText(identity, S)}, pg_catalog.array_to_json(ARRAY[${join(columns.map((column) => differs(column, S, T)))}])::pg_catalog.text
          FROM ${match} m JOIN ${staging.sql} s ON s.${staging.ordinal} = m.ordinal JOIN ${relation.only} t ON ${sameIdentity(identity, S, T)}
          WHERE m.class = 'c' ORDER BY m.ordinal LIMIT ${limit}`,
    )
    for (const [key, flags] of rows) {
      const differing = JSON.parse(flags ?? '[]') as boolean[]
      found.push({ class: 'changed', key: key ?? '', columns: columns.filter((_, index) => differing[index]).map((column) => column.name) })
    }
  }
  if (matched.new > 0) {
    const rows = await session.rows(
      sql`SELECT ${keyText(keyed, S)} FROM ${match} m JOIN ${staging.sql} s ON s.${staging.ordinal} = m.ordinal WHERE m.class = 'n' ORDER BY m.ordinal LIMIT ${limit}`,
    )
    found.push(...rows.map(([key]) => ({ class: 'new' as const, key: key ?? '', columns: [] })))
  }
  if (matched.absent > 0) {
    const absent = absentRows(matched)
    const from = absent.from.text === '' ? sql`` : sql`, ${absent.from}`
    const rows = await session.rows(sql`SELECT ${keyText(keyed, T)} FROM ${relation.only} t${from} WHERE ${absent.where} LIMIT ${limit}`)
    found.push(...rows.map(([key]) => ({ class: 'absent' as const, key: key ?? '', columns: [] })))
  }
  return found
}

/** `order_id=5, line=2` */
export function keyText(columns: readonly ColumnFacts[], alias: Sql): Sql {
  if (columns.length === 0) return sql`''`
  const parts = columns.map(
    (column) =>
      sql`${literal(`${column.name}=`)} || CASE WHEN ${rowText(alias, [column])} = '()' THEN 'NULL' WHEN pg_catalog.length(pg_catalog.concat(${alias}.${column.sql})) > ${LONGEST} THEN pg_catalog.left(pg_catalog.concat(${alias}.${column.sql}), ${LONGEST}) || '…' ELSE pg_catalog.concat(${alias}.${column.sql}) END`,
  )
  return join(parts, ` || ', ' || `)
}
