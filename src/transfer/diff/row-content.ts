import { present } from '../../errors/present.js'
import { join, sql, type Sql } from '../../stores/sql.js'
import { meaningOf, slot, type PairLayout } from './pair-layout.js'

/** All that is compared of a row, as a list of expressions: equal rows have equal ones. */
export function contentOf(layout: PairLayout, row: Sql): Sql {
  return join([sql`${row}.rest`, ...layout.valued.map((_, index) => valuedPart(layout, index, row))])
}

/** What one of the `valued` columns counts as. Never NULL. */
export function valuedPart(layout: PairLayout, index: number, row: Sql): Sql {
  const { name } = present(layout.valued[index])
  const whole = sql`coalesce(${meaningOf(layout, name, row, sql`'=' || ${row}.${slot('v', index)}`)}, 'N')`
  if (!layout.inner.some(({ named }) => named.includes(name))) return whole
  return sql`CASE WHEN ${row}.${slot('x', index)} IS NULL THEN ${whole} ELSE '@' || ${row}.${slot('x', index)} || ' ' || coalesce(${row}.${slot('w', index)}, '') END`
}
