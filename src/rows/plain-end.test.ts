import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainEnd } from './plain-end.js'

test('a run ends at the first control character, quote or backslash, wherever it stands, or at the end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(5), (array, from) => {
      const bytes = Buffer.from(array)
      const start = Math.min(from, bytes.length)
      const found = bytes.findIndex((byte, at) => at >= start && (byte < 0x20 || byte === 0x22 || byte === 0x5c))
      expect(plainEnd(bytes, start)).toBe(found < 0 ? bytes.length : found)
    }),
  )
})
