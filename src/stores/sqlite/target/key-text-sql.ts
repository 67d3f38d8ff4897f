import { present } from '../../../errors/present.js'
import { join, literal, sql, type Sql } from '../../sql.js'
import { LONGEST } from './key-text.js'

/** What `keyText` gives, made by SQLite itself: of columns by name, the expressions that hold their values. */
export function keyTextSql(names: readonly string[], values: readonly Sql[]): Sql {
  if (names.length === 0) return sql`''`
  return sql`(${join(names.map((name, index) => sql`${literal(`${index === 0 ? '' : ', '}${name}=`)} || ${valueText(present(values[index]))}`), ' || ')})`
}

function valueText(value: Sql): Sql {
  const blob = sql`'x''' || lower(hex(substr(${value}, 1, ${LONGEST}))) || ''''`
  const text = sql`CASE typeof(${value}) WHEN 'text' THEN json_quote(${value}) WHEN 'blob' THEN ${blob} WHEN 'null' THEN 'NULL' ELSE CAST(${value} AS TEXT) END`
  return sql`(SELECT substr(x, 1, ${LONGEST}) || CASE WHEN length(x) > ${LONGEST} THEN '…' ELSE '' END FROM (SELECT ${text} AS x))`
}
