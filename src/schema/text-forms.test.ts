import pg from 'pg'
import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { hasForm, type TextForm } from './text-forms.js'

const TYPES: readonly (readonly [TextForm, string])[] = [
  ['date', 'date'],
  ['time', 'time'],
  ['timetz', 'timetz'],
  ['timestamp', 'timestamp'],
  ['timestamptz', 'timestamptz'],
  ['uuid', 'uuid'],
  ['json', 'json'],
  ['jsonb', 'jsonb'],
  ['decimal', 'numeric'],
  ['bits', 'varbit'],
]

/** What the server prints for a text taken as that type; null when it refuses. */
async function printed(client: pg.Client, type: string, text: string): Promise<string | null> {
  try {
    const { rows } = await client.query<[string]>({ text: `SELECT $1::text::${type}::text`, values: [text], rowMode: 'array' })
    return rows[0]![0]
  } catch {
    return null
  }
}

async function withServer(use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(inject('postgresUrl'))
  await client.connect()
  try {
    await client.query(`SET TimeZone TO 'UTC'; SET DateStyle TO 'ISO, YMD'`)
    await use(client)
  } finally {
    await client.end()
  }
}

/** Texts near the border of each form, where a pattern is easily wrong. */
const BORDERS = [
  '2026-02-16', '2024-02-29', '2025-02-29', '1900-02-29', '2000-02-29', '0044-03-15 BC', '0001-02-29 BC', '0002-02-29 BC', '12026-01-01', '02026-01-01', '0000-01-01',
  '2026-2-16', '2026-02-30', '5874897-12-31', 'infinity', '-infinity', 'Infinity', 'today', '2026-02-16 10:00:00', '2026-02-16T10:00:00', '2026-02-16 10:00:00.5',
  '2026-02-16 10:00:00.50', '2026-02-16 10:00:00.123456', '2026-02-16 10:00:00.1234567', '2026-02-16 24:00:00', '2026-02-16 10:00:60', '2026-02-16 10:00', '294275-12-31 23:59:59.999999',
  '294276-12-31 23:59:59.999999', '2026-02-16 10:00:00+00', '2026-02-16 10:00:00+02', '2026-02-16 10:00:00Z', '2026-02-16 10:00:00.5+00', '0044-03-15 10:00:00 BC', '0044-03-15 10:00:00+00 BC',
  '10:00:00', '24:00:00', '24:00:00.5', '10:00', '10:00:00.120', '10:00:00+02', '10:00:00-00', '10:00:00+05:30', '10:00:00+15:59', '10:00:00+15:59:59', '10:00:00+16', '24:00:00+00', '10:00:00+05:00',
  '6b6f9d5e-3d2a-4c0e-9d53-2f6f6a5a0b11', '6B6F9D5E-3d2a-4c0e-9d53-2f6f6a5a0b11', '{6b6f9d5e-3d2a-4c0e-9d53-2f6f6a5a0b11}', '6b6f9d5e3d2a4c0e9d532f6f6a5a0b11',
  '{}', '[]', '{"a": 1}', '{"a":1}', '{"b": 1, "a": 2}', '{"a": 2, "b": 1}', '{"aa": 1, "b": 2}', '{"b": 2, "aa": 1}', '{"a": 1, "a": 2}', '[1, 2.50, -0, 1e3]', '[1, 2.50, -0.0]', '-0', '-0.0', '0.0', '1e3', '1.0', '"\\u00e9"', '"é"', '"\\/"',
  '"\\u0001"', '"\\u001F"', '"\\u001f"', '"\\u007f"', '"\\b\\f\\n\\r\\t\\"\\\\"', ' true', 'true', 'null', '"\\u0000"', '{"ä": 1, "b": 2}', '{"b": 2, "ä": 1}', '"\\ud83d\\ude00"', '[[[1]], {}]', 'nul', "{'a': 1}",
  '0', '12.50', '-12.50', '+1', '007', '.5', '5.', 'NaN', '-NaN', '1e5', '-0.00', '123456789012345678901234567890.123456789', '101', '', '102', ' 101',
]

test('a text in a form is just what PostgreSQL prints for it', async () => {
  await withServer(async (client) => {
    for (const [form, type] of TYPES) {
      for (const text of BORDERS) if (hasForm(text, form)) expect([form, text, await printed(client, type, text)]).toEqual([form, text, text])
    }
  })
})

test('what PostgreSQL prints is in the form, but for years at the very end of time', async () => {
  await withServer(async (client) => {
    for (const [form, type] of TYPES) {
      for (const text of BORDERS) {
        const canonical = await printed(client, type, text)
        if (canonical === null || /^(?:294276|4713)/.test(canonical)) continue
        expect([form, canonical, hasForm(canonical, form)]).toEqual([form, canonical, true])
      }
    }
  })
})

test('any document that PostgreSQL prints as jsonb is known for one', async () => {
  await withServer(async (client) => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const canonical = await printed(client, 'jsonb', text)
        if (canonical !== null) expect(hasForm(canonical, 'jsonb')).toBe(true)
        if (hasForm(text, 'jsonb')) expect(canonical).toBe(text)
      }),
      { numRuns: 300 },
    )
  })
})

test.each([
  ['[1,"a",null,[true]]', 'array', true],
  ['[1, 2]', 'array', false],
  ['[1.50,1e-07]', 'array', true],
  ['[9007199254740993]', 'array', false],
  ['["\\u00e9"]', 'array', false],
  ['[0:1]={1,2}', 'array', true],
  ['{"a":1}', 'array', false],
  ['{"a":1,"b":"1.50"}', 'object', true],
  ['{"a":1,"a":2}', 'object', false],
] as const)('%s as %s: %s', (text, form, expected) => {
  expect(hasForm(text, form)).toBe(expected)
})
