/**
 * Whether a column of numeric affinity would turn this text into a number: white space, a sign, digits with a point,
 * an exponent, white space. What follows a U+0000 is not looked at by SQLite.
 * Source: sqlite3AtoF in SQLite's util.c, and experiment.
 */
export function looksNumeric(text: string): boolean {
  return NUMERIC.test(text)
}

const NUMERIC = /^[\t\n\v\f\r ]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[\t\n\v\f\r ]*(?:\0.*)?$/s
