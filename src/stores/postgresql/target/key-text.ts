import { join, literal, sql, type Sql } from '../../sql.js'
import { rowText, type ColumnFacts } from './column-facts.js'

/** Characters of one value that a key shows. */
const LONGEST = 60

/** `order_id=5, line=2` */
export function keyText(columns: readonly ColumnFacts[], alias: Sql): Sql {
  if (columns.length === 0) return sql`''`
  const parts = columns.map((column) => {
    const text = sql`pg_catalog.concat(${alias}.${column.sql})`
    return sql`${literal(`${column.name}=`)} || CASE WHEN ${rowText(alias, [column])} = '()' THEN 'NULL' WHEN pg_catalog.length(${text}) > ${LONGEST} THEN pg_catalog.left(${text}, ${LONGEST}) || '…' ELSE ${text} END`
  })
  return join(parts, ` || ', ' || `)
}
