/** The whole number that a JSON number stands for, however it is spelled (`5.0`, `3e+11`); null when it is no whole number of 64 bits. */
export function wholeNumber(token: string): bigint | null {
  const digits = plainDigits(token)
  if (digits === null || digits.includes('.')) return null
  const value = BigInt(digits)
  return BigInt.asIntN(64, value) === value ? value : null
}

/** Exponents beyond it are of no number that anything but a float holds. */
const MOST_SHIFT = 1_000

/** The same number without an exponent, and without zeros at the end of a fraction that an exponent or `.0` made; null where it is out of reach. */
export function plainDigits(token: string): string | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? []
  const shift = Number(exponent)
  if (whole === '' || Math.abs(shift) > MOST_SHIFT) return null
  const padded = shift < 0 ? '0'.repeat(-shift) + whole : whole
  const digits = padded + fraction + '0'.repeat(Math.max(0, shift - fraction.length))
  const point = padded.length + shift
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, '')
  const after = digits.slice(point).replace(/0+$/, '')
  return `${sign}${before}${after === '' ? '' : `.${after}`}`
}
