import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareInstants, exactInstant } from './exact-instant.js'

test.each([
  ['2026-02-16T10:00:00Z', '2026-02-16 12:00:00+02:00', 0],
  ['2026-02-16 10:00:00', '20260216T100000Z', 0],
  ['2026-02-16 10:00:00.123456', '2026-02-16 10:00:00.123457+00', -1],
  ['2026-02-16 10:00:00.1234567', '2026-02-16 10:00:00.12345670', 0],
  ['2026-02-16 10:00:00.9', '2026-02-16 10:00:00.12345', 1],
  ['1771236000', '2026-02-16 10:00:00Z', 0],
  ['1771236000000', '1771236000', 0],
  ['1771236000.000001', '2026-02-16 10:00:00.000001Z', 0],
  ['infinity', '294276-12-31 23:59:59.999999+00', 1],
  ['-infinity', '4713-01-01 00:00:00+00 BC', -1],
  ['0044-03-15 12:00:00+00 BC', '0043-03-15 12:00:00+00 BC', -1],
  ['-1.25', '-1.2', -1],
  ['2026-02-16 10:00:00.5 +0000 UTC m=+0.5', '2026-02-16 10:00:00.5', 0],
  ['2026-02-16', '2026-02-16T00:00:00Z', 0],
])('%s against %s is %i', (one, other, expected) => {
  const [a, b] = [exactInstant(one), exactInstant(other)]
  if (a === null || b === null) throw new Error('no instants')
  expect(compareInstants(a, b)).toBe(expected)
  expect(compareInstants(b, a)).toBe(0 - expected)
})

test.each(['', 'soon', '2026-02-30', '2026-13-01', '10:00', '2026-02-16 25:00'])('%j is no instant', (text) => expect(exactInstant(text)).toBeNull())

test('numbers of seconds compare as numbers do', () => {
  const seconds = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 999_999_999 })).map(([whole, nanos]) => ({ whole, text: `${whole}.${String(nanos).padStart(9, '0')}`, nanos: BigInt(whole) * 1_000_000_000n + (whole < 0 ? -1n : 1n) * BigInt(nanos) }))
  fc.assert(
    fc.property(seconds, seconds, (a, b) => {
      const [one, other] = [exactInstant(a.text), exactInstant(b.text)]
      if (one === null || other === null) throw new Error('no instants')
      expect(compareInstants(one, other)).toBe(a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0)
    }),
  )
})
