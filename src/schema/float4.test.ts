import fc from 'fast-check'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { fitsFloat4 } from './float4.js'

test('a double fits when PostgreSQL gives it back from a real', async () => {
  const client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  try {
    const values = [...fc.sample(fc.double({ noNaN: true }), 300), ...fc.sample(fc.float({ noNaN: true }), 300), ...fc.sample(fc.integer({ min: -99_999, max: 99_999 }), 300).map((integer) => integer / 1000)]
    const asked = values.filter((value) => value === 0 || !Number.isFinite(value) || (Math.abs(value) < 3.4e38 && Math.abs(value) > 1.5e-45))
    const { rows } = await client.query<{ text: string }>('SELECT x::float4::text AS text FROM unnest($1::float8[]) WITH ORDINALITY AS t(x, n) ORDER BY n', [asked.map((value) => (Object.is(value, -0) ? '-0' : String(value)))])
    expect(asked.filter(fitsFloat4)).toEqual(asked.filter((value, index) => Object.is(Number(rows[index]!.text), value)))
    expect(asked.some(fitsFloat4) && !asked.every(fitsFloat4)).toBe(true)
  } finally {
    await client.end()
  }
})

test('0.1 fits, and a double with more digits than single precision has does not', () => {
  expect([fitsFloat4(0.1), fitsFloat4(0.123456789), fitsFloat4(1e300), fitsFloat4(1e-300)]).toEqual([true, false, false, false])
})
