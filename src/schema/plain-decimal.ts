/** The shortest decimal that reads back as this finite double, without an exponent: `1e-7` is `0.0000001`. */
export function plainDecimal(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  const [, sign = '', whole = '', fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? []
  if (exponent === undefined) return text
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return digits.length <= point ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/**
 * Whether SQLite's NUMERIC affinity keeps this decimal text's number exactly, so that `plainDecimal` of the stored REAL,
 * or the stored INTEGER, is the text again.
 */
export function isExactNumber(text: string): boolean {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/.test(text) || text === '-0') return false
  if (!text.includes('.') && text.length <= 20) {
    const integer = BigInt(text)
    if (integer >= LEAST && integer <= MOST) return true
  }
  const value = Number(text)
  return Number.isFinite(value) && plainDecimal(value) === text
}
