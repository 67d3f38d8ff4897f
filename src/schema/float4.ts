import { present } from '../errors/present.js'

/**
 * Whether a double goes through PostgreSQL's `real` and comes back as the same double: true when it is the decimal by
 * which the server prints its nearest single-precision float.
 */
export function fitsFloat4(value: number): boolean {
  if (Object.is(value, -0)) return true
  const single = Math.fround(value)
  return Number.isFinite(single) ? printedFloat4(single) === value : single === value
}

/**
 * The double that the server's text for a float4 reads as: the shortest decimal strictly between the midpoints to its
 * neighbours (common/f2s.c does not accept the midpoints themselves), the nearest of them, ties to the even digit.
 */
function printedFloat4(single: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const shortest = rounded(single, digits)
    if (Math.fround(shortest) === single && !isMidpoint(shortest, single)) return shortest
  }
  return rounded(single, 9)
}

function rounded(single: number, digits: number): number {
  const [, sign = '', first = '', rest = '', exponent = ''] = /^(-?)(\d)\.(\d+)(e.*)$/.exec(single.toExponential(60)) ?? []
  const all = first + rest
  const tie = /^50*$/.test(all.slice(digits)) && Number(all.charAt(digits - 1)) % 2 === 0
  return tie ? Number(`${sign}${all.charAt(0)}.${all.slice(1, digits)}0${exponent}`) : Number(single.toPrecision(digits))
}

function isMidpoint(value: number, single: number): boolean {
  const bits = new Int32Array(1)
  const float = new Float32Array(bits.buffer)
  float[0] = single
  const own = present(bits[0])
  return [own - 1, own + 1].some((neighbour) => {
    bits[0] = neighbour
    return value === (single + present(float[0])) / 2
  })
}
