import type { ScalarFamily } from '../../schema/column-type.js'
import type { Column } from '../../schema/schema.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import { IS_TEXT_SOUND } from './reader-functions.js'

/**
 * `trusting` takes text for valid UTF-8, which its reader checks in one go for a whole page; `checking` asks for each
 * value and writes what is not valid as `$rawtext`.
 */
export type EncodingMode = 'trusting' | 'checking'

/** SQLite calls a function with at most 1,000 arguments. */
const MOST_ARGUMENTS = 900

/**
 * A row as a canonical line, newline included, as an SQL expression over the table's columns; docs/FORMAT.md, "Rows".
 * json_quote of SQLite 3.53 writes REAL with 17 digits and escapes exactly what the format does; what it bends
 * (negative zero, infinities, BLOB) is written here.
 */
export function encodeRow(columns: readonly Column[], mode: EncodingMode): Sql {
  const pieces: Sql[] = []
  for (const [index, column] of columns.entries()) {
    pieces.push(literal(`${index === 0 ? '{' : ','}${JSON.stringify(column.name)}:`), encodeCell(column, mode))
  }
  pieces.push(literal(columns.length === 0 ? '{}\n' : '}\n'))
  return concat(pieces)
}

function concat(pieces: readonly Sql[]): Sql {
  if (pieces.length <= MOST_ARGUMENTS) return sql`concat(${join(pieces)})`
  const groups: Sql[] = []
  for (let at = 0; at < pieces.length; at += MOST_ARGUMENTS) groups.push(concat(pieces.slice(at, at + MOST_ARGUMENTS)))
  return concat(groups)
}

function encodeCell(column: Column, mode: EncodingMode): Sql {
  const cell = ident(column.name)
  const { family } = column.type.encoding
  const classes = {
    integer: sql`WHEN 'integer' THEN ${integerForm(cell, family)}`,
    real: sql`WHEN 'real' THEN ${realForm(cell, family)}`,
    text: sql`WHEN 'text' THEN ${textForm(cell, family, mode)}`,
    blob: sql`WHEN 'blob' THEN ${blobForm(cell, family)}`,
  }
  const { integer, real, text, blob } = classes
  const order = family === 'integer' ? [integer, text, real, blob] : family === 'real' ? [real, integer, text, blob] : family === 'bytes' ? [blob, text, integer, real] : [text, integer, real, blob]
  return sql`CASE typeof(${cell}) ${join(order, ' ')} ELSE 'null' END`
}

/** `+` takes the column's affinity away, which would turn the bounds into text beside a TEXT column. */
function integerForm(cell: Sql, family: ScalarFamily | 'array' | 'composite'): Sql {
  const beyond = family === 'integer' ? sql`concat('"', ${cell}, '"')` : sql`concat('{"$integer":"', ${cell}, '"}')`
  if (family === 'real') return beyond
  return sql`CASE WHEN +${cell} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${cell} ELSE ${beyond} END`
}

function realForm(cell: Sql, family: ScalarFamily | 'array' | 'composite'): Sql {
  const infinite = (sign: string): Sql => literal(family === 'real' ? `"${sign}Infinity"` : `{"$real":"${sign}Infinity"}`)
  return sql`CASE WHEN +${cell} = 0 THEN iif(atan2(${cell}, -1) < 0, '-0.0', '0.0') WHEN +${cell} = 9e999 THEN ${infinite('')} WHEN +${cell} = -9e999 THEN ${infinite('-')} ELSE json_quote(${cell}) END`
}

function textForm(cell: Sql, family: ScalarFamily | 'array' | 'composite', mode: EncodingMode): Sql {
  const plain = family === 'text' || family === 'any' ? sql`json_quote(${cell})` : sql`concat('{"$text":', json_quote(${cell}), '}')`
  if (mode === 'trusting') return plain
  return sql`CASE WHEN ${IS_TEXT_SOUND}(CAST(${cell} AS BLOB)) THEN ${plain} ELSE concat('{"$rawtext":"', lower(hex(CAST(${cell} AS BLOB))), '"}') END`
}

function blobForm(cell: Sql, family: ScalarFamily | 'array' | 'composite'): Sql {
  const hex = sql`lower(hex(${cell}))`
  return family === 'bytes' ? sql`concat('"', ${hex}, '"')` : sql`concat('{"$bytes":"', ${hex}, '"}')`
}
