import { numberText, parseExactJson } from '../../rows/exact-json.js'
import { plainDecimal } from '../../schema/plain-decimal.js'

/**
 * A JSON text in one spelling. `jsonb`: as PostgreSQL compares it, whatever the order of keys and the scale of numbers.
 * `nested`: an array or a composite, whose parts have their order. Null for what is no JSON.
 */
export function jsonForm(text: string, kind: 'jsonb' | 'nested'): string | null {
  const value = parseExactJson(text)
  if (value === undefined) return null
  try {
    return write(value, kind)
  } catch (error) {
    // Nested deeper than the stack holds.
    if (error instanceof RangeError) return null
    throw error
  }
}

function write(value: unknown, kind: 'jsonb' | 'nested'): string {
  const digits = numberText(value)
  if (digits !== null) return kind === 'jsonb' ? exactDecimal(digits) : /[.eE]/.test(digits) ? plainDecimal(Number(digits)) : digits
  if (Array.isArray(value)) return `[${value.map((each) => write(each, kind)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value as Readonly<Record<string, unknown>>)
  if (kind === 'jsonb') entries.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${write(each, kind)}`).join(',')}}`
}

/** Without exponent, and without zeros that only fill up the scale; no digit is lost. */
function exactDecimal(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const shift = Number(exponent)
  if (Math.abs(shift) > 20_000) return number
  const digits = (whole + fraction).padEnd(whole.length + shift, '0').padStart(fraction.length - shift + 1, '0')
  const point = digits.length - Math.max(fraction.length - shift, 0)
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '')
  const right = digits.slice(point).replace(/0+$/, '')
  const text = right === '' ? left : `${left}.${right}`
  return text === '0' ? text : sign + text
}
