import type { ColumnType } from '../../../schema/column-type.js'
import { sql, type Sql } from '../../sql.js'
import type { Holding } from './holding.js'

/**
 * The SQL expression that makes the exact SQLite value of a cell. `position` is the cell's place in the row's array,
 * which is `j.value` of jsonb_each. Without `full` it decodes what `cellRule` calls plain. The scanner has checked every
 * cell before: an expression need not refuse anything.
 */
export function decodeCell(type: ColumnType, into: Holding, position: number, full: boolean): Sql {
  const cell = sql`j.value ->> ${position}`
  const json = sql`j.value -> ${position}`
  const { family } = type.encoding
  // A JSON null is the text 'null' here, where a JSON string would have its quotes.
  if (family === 'composite') return sql`nullif(${json}, 'null')`
  // A string is PostgreSQL's literal of an array whose bounds JSON cannot say, and is kept as that.
  if (family === 'array') return sql`CASE WHEN ${json} GLOB '"*' THEN ${cell} ELSE nullif(${json}, 'null') END`
  if (family === 'decimal' && (into === 'integer' || into === 'numeric' || into === 'real')) return decodeNumber(cell, into)
  // An integer that --convert number-to-text lets into a column of text; a staged one gets no affinity that would turn it.
  const integer = into === 'text' && (family === 'integer' || family === 'any') ? sql`CAST(${cell} AS TEXT)` : cell
  if (!full) {
    if (family === 'real') return sql`CAST(${cell} AS REAL)`
    return family === 'bytes' ? sql`unhex(${cell})` : integer
  }
  const string = family === 'integer' && into === 'text' ? cell : decodeString(family, cell)
  const number = family === 'real' ? sql`CAST(${json} AS REAL)` : cell
  return sql`CASE json_type(j.value, '$[${position}]') WHEN 'text' THEN ${string} WHEN 'object' THEN ${decodeTag(position)} WHEN 'null' THEN NULL WHEN 'integer' THEN ${family === 'real' ? number : integer} WHEN 'real' THEN ${number} ELSE ${cell} END`
}

/** The number that the column's affinity makes of a decimal; words like NaN stay text under it. */
function decodeNumber(cell: Sql, into: 'integer' | 'numeric' | 'real'): Sql {
  return sql`CASE WHEN ${cell} GLOB '*[0-9]' THEN CAST(${cell} AS ${into === 'real' ? sql`REAL` : sql`NUMERIC`}) ELSE ${cell} END`
}

function decodeString(family: string, cell: Sql): Sql {
  switch (family) {
    case 'integer':
      return sql`CAST(${cell} AS INTEGER)`
    case 'real':
      return infinity(cell)
    case 'bytes':
      return sql`unhex(${cell})`
    default:
      return cell
  }
}

function infinity(word: Sql): Sql {
  return sql`CASE ${word} WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999 END`
}

function decodeTag(position: number): Sql {
  const text = sql`j.value ->> '$[${position}]."$text"'`
  const bytes = sql`j.value ->> '$[${position}]."$bytes"'`
  const integer = sql`j.value ->> '$[${position}]."$integer"'`
  const real = sql`j.value ->> '$[${position}]."$real"'`
  const raw = sql`j.value ->> '$[${position}]."$rawtext"'`
  return sql`CASE WHEN ${text} IS NOT NULL THEN ${text} WHEN ${bytes} IS NOT NULL THEN unhex(${bytes}) WHEN ${integer} IS NOT NULL THEN CAST(${integer} AS INTEGER) WHEN ${real} IS NOT NULL THEN ${infinity(real)} ELSE CAST(unhex(${raw}) AS TEXT) END`
}
