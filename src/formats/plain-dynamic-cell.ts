import type { Affinity } from '../schema/affinity.js'
import type { Family } from '../schema/column-type.js'
import type { PlainCell } from './plain-cell.js'
import { PlainFault } from './plain-fault.js'
import { wholeNumber } from './plain-number.js'

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

const RFC3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)$/

export interface DynamicProps {
  /** Reads strings of a column of bytes. */
  readonly bytes: (text: string) => string
  /** Times of the column are stored with a blank and an offset. */
  readonly times: boolean
}

/** Values of a SQLite column, as its affinity would have stored them. */
export function dynamicCell(family: Family, affinity: Affinity, { bytes, times }: DynamicProps): PlainCell {
  const numeric = affinity === 'integer' || affinity === 'numeric'
  const number = (token: string): string => {
    if (affinity === 'text') throw new PlainFault('a number stands where text is expected')
    const fraction = /[.eE]/.test(token)
    const whole = fraction && !numeric ? null : wholeNumber(token)
    if (whole !== null && affinity !== 'real') return integer(whole, family)
    if (!Number.isFinite(Number(token)) || (!fraction && affinity !== 'real')) throw new PlainFault('no column of SQLite holds so large a number')
    return token
  }
  const string = (json: string): string => {
    const text = JSON.parse(json) as string
    if (family === 'bytes') return bytes(text)
    const [, date, time, zone] = (times ? RFC3339.exec(text) : null) ?? []
    if (date !== undefined && time !== undefined && zone !== undefined) return `"${date} ${time}${zone === 'Z' ? '+00:00' : zone}"`
    if ((numeric || affinity === 'real') && NUMBER.test(text)) return number(text)
    return family === 'integer' || family === 'real' ? `{"$text":${json}}` : json
  }
  return {
    keepsStrings: affinity === 'text' || (affinity === 'blob' && family !== 'bytes'),
    convert: (json) => {
      if (json === 'null') return json
      if (json.startsWith('"')) return string(json)
      if (NUMBER.test(json)) return number(json)
      // Drivers give 0 and 1 of a column declared BOOLEAN as these.
      if (numeric && (json === 'true' || json === 'false')) return json === 'true' ? '1' : '0'
      throw new PlainFault(`${/^[[{]/.test(json) ? 'an array or object' : json} stands where a value of SQLite is expected`)
    },
  }
}

function integer(value: bigint, family: Family): string {
  if (Number.isSafeInteger(Number(value))) return String(value)
  return family === 'integer' ? `"${value}"` : `{"$integer":"${value}"}`
}
