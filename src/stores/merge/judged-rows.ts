import { sql, type Sql } from '../sql.js'
import { S, T, V } from './aliases.js'
import type { JudgedTable } from './judged-table.js'

/** Rows that are on both sides and differ, for FROM: verdict `v`, row `s`, target `t`. */
export function judgedRows({ merge, rows, verdicts }: Pick<JudgedTable, 'merge' | 'rows' | 'verdicts'>): Sql {
  return sql`${verdicts} ${V} JOIN ${rows} ${S} ON ${S}.${merge.ordinal} = ${V}.ordinal JOIN ${merge.target} ${T} ON ${merge.located(T, V)}`
}
