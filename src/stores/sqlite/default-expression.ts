import { literal } from '../sql.js'
import { tokenize } from './tokenize.js'

const CONSTANTS = ['NULL', 'TRUE', 'FALSE', 'CURRENT_TIME', 'CURRENT_DATE', 'CURRENT_TIMESTAMP']

/**
 * A column's default as an expression that is valid in parentheses. PRAGMA gives SQLite's own text without the outer
 * parentheses; a bare name there (`DEFAULT draft`, `DEFAULT "draft"`) is a string to SQLite, and becomes one.
 */
export function defaultExpression(text: string | null): string | null {
  if (text === null) return null
  const [token, ...more] = tokenize(text)
  if (token === undefined || more.length > 0) return text
  const isName = token.kind === 'quoted' || (token.kind === 'word' && !CONSTANTS.includes(token.value.toUpperCase()))
  return isName ? literal(token.value).text : text
}
