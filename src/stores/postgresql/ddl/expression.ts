import { HoldallError, type Place } from '../../../errors/holdall-error.js'
import { sql, verbatim, type Sql } from '../../sql.js'

/** What PostgreSQL reads as one piece, in which a bracket or a semicolon is only a character. Anything else is one character. */
const PIECE = /(?<![\p{L}\p{N}_$])[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\w$])\$((?:[\p{L}_][\p{L}\p{N}_]*)?)\$[^]*?\$\1\$|--|\/\*|(?<![\p{L}_$])[eE]'|[^]/gu

/** Comments, a second statement, a quote that does not end. */
const REFUSED = /^(?:--|\/\*|;|'|"|[eE]')$/

/**
 * An expression of the archive, in parentheses. A server prints it whole and without comments; one that would end before the closing
 * parenthesis, or hide it, could say more than an expression may: `1) INHERITS (users) --`.
 * @throws SCHEMA_UNSUPPORTED
 */
export function expression(text: string, place: Place): Sql {
  if (!isWhole(text)) throw new HoldallError('SCHEMA_UNSUPPORTED', { ...place, message: `that is no expression: ${text.slice(0, 200)}` })
  return sql`(${verbatim(text)})`
}

function isWhole(text: string): boolean {
  const open: string[] = []
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === '(' || piece === '[') open.push(piece)
    else if (piece === ')' || piece === ']') {
      if (open.pop() !== (piece === ')' ? '(' : '[')) return false
    } else if (REFUSED.test(piece)) return false
  }
  return open.length === 0
}
