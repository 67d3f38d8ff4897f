import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { connect } from './connect.js'
import { openSnapshot } from './snapshot.js'

const BOTH = [[12], [18]] as const

async function reading(version: 12 | 18, script: string): Promise<{ ids: (column: string, since?: string, until?: string) => Promise<string> }> {
  const database = await createDatabase(version)
  await database.run(script)
  const snapshot = await openSnapshot({ client: await connect(database.url), url: database.url, name: 'here' })
  onTestFinished(async () => snapshot.close())
  const t = snapshot.schema.tables.find((table) => table.id === 't')!
  const ids = async (column: string, since?: string, until?: string): Promise<string> => {
    const time = { column, since: since === undefined ? undefined : new Date(since), until: until === undefined ? undefined : new Date(until) }
    const found: unknown[] = []
    for await (const batch of snapshot.rows(t, { time })) for (const line of batch.bytes.toString().trim().split('\n')) found.push((JSON.parse(line) as { id: unknown }).id)
    expect(await snapshot.count(t, { time })).toBe(found.length)
    return found.join(' ')
  }
  return { ids }
}

test.each(BOTH)('PostgreSQL %i: times, dates and their infinities, since inclusive and until exclusive', async (version) => {
  const { ids } = await reading(version, `
    CREATE TABLE t (id int, z timestamptz, w timestamp, d date);
    INSERT INTO t VALUES
      (1, '2026-02-15 23:59:59.999999+00', '2026-02-15 23:59:59.999999', '2026-02-15'),
      (2, '2026-02-16 01:00:00+01', '2026-02-16 00:00:00', '2026-02-16'),
      (3, '2026-02-16 11:59:59.999999+00', '2026-02-16 11:59:59.999999', '2026-02-17'),
      (4, '2026-02-16 12:00:00+00', '2026-02-16 12:00:00', '5874897-12-31'),
      (5, 'infinity', 'infinity', 'infinity'), (6, '-infinity', '-infinity', '-infinity'), (7, NULL, NULL, NULL), (8, '0044-03-15 BC', '0044-03-15 BC', '0044-03-15 BC')`)
  for (const column of ['z', 'w']) {
    expect(await ids(column, '2026-02-16T00:00:00Z')).toBe('2 3 4 5')
    expect(await ids(column, '2026-02-16T00:00:00Z', '2026-02-16T12:00:00Z')).toBe('2 3')
    expect(await ids(column, undefined, '2026-02-16T00:00:00Z')).toBe('1 6 8')
  }
  expect(await ids('d', '2026-02-16T00:00:00Z')).toBe('2 3 4 5')
  expect(await ids('d', '2026-02-16T00:00:00.001Z')).toBe('3 4 5')
  expect(await ids('d', undefined, '2026-02-16T00:00:00Z')).toBe('1 6 8')
  expect(await ids('d', undefined, '2026-02-16T00:00:00.001Z')).toBe('1 2 6 8')
})

test.each(BOTH)('PostgreSQL %i: the days of a span do not move with the zone of the server', async (version) => {
  const { ids } = await reading(version, `
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''America/New_York''', current_database()); END $$;
    CREATE TABLE t (id int, w timestamp, d date, x text); INSERT INTO t VALUES (1, '2026-02-16 00:00:00', '2026-02-16', '2026-02-16 00:00:00')`)
  for (const column of ['w', 'd', 'x']) {
    expect(await ids(column, '2026-02-16T00:00:00Z')).toBe('1')
    expect(await ids(column, '2026-02-16T00:00:01Z')).toBe('')
  }
})

test.each(BOTH)('PostgreSQL %i: integers are seconds or milliseconds', async (version) => {
  const { ids } = await reading(version, `
    CREATE DOMAIN epoch AS bigint;
    CREATE TABLE t (id int, n int, b bigint, e epoch);
    INSERT INTO t SELECT id, CASE WHEN v BETWEEN -2147483648 AND 2147483647 THEN v END, v, v FROM (VALUES (1, 1771200000), (2, 1771200000000), (3, 1771199999), (4, 1771199999999), (5, -1), (6, NULL), (7, 9223372036854775807), (8, -9223372036854775808)) s (id, v)`)
  expect(await ids('b', '2026-02-16T00:00:00Z')).toBe('1 2 7')
  expect(await ids('b', undefined, '2026-02-16T00:00:00Z')).toBe('3 4 5 8')
  expect(await ids('b', '1969-12-31T23:59:59Z', '1970-01-01T00:00:00Z')).toBe('5')
  expect(await ids('n', '2026-02-16T00:00:00Z')).toBe('1')
  expect(await ids('e', '2026-02-16T00:00:00Z')).toBe('1 2 7')
})

test.each(BOTH)('PostgreSQL %i: text in any spelling of ISO 8601; other text is left out', async (version) => {
  const { ids } = await reading(version, `
    CREATE EXTENSION citext;
    CREATE TABLE t (id int, x text, c citext, f char(40));
    INSERT INTO t SELECT id, v, v, v FROM (VALUES
      (1, '2025-10-13 17:17:44'), (2, '2025-10-13T16:21:53.473Z'), (3, '2025-10-13t18:00:00+02:00'), (4, '2025-10-13T12:00-0400'), (5, '2025-10-13 18:30:00.1234567 +02'),
      (6, '2025-10-14'), (7, '  2025-10-13T17:00:00Z '), (8, '20251013T170000,5'), (9, E'2025-10-13\\n'),
      (20, '2025-02-30'), (21, '2025-13-01'), (19, '2025-10-13T16:00:00+24:00'), (22, 'yesterday'), (23, ''), (24, NULL), (25, '2025-10-13T25:00:00Z'), (26, '2025-10-13T16:61:00Z'), (27, '0000-01-01'), (28, '1760371200'),
      (29, '2025-10-13 17:17:44; DROP TABLE t'), (30, '2023-02-29'), (31, '2025-10-13T17:00:00+99:00'), (32, '2025-04-31T10:00:00Z')) s (id, v)`)
  for (const column of ['x', 'c', 'f']) {
    expect(await ids(column, '2000-01-01T00:00:00Z')).toBe('1 2 3 4 5 6 7 8 9')
    expect(await ids(column, '2025-10-13T16:00:00Z', '2025-10-13T16:21:53.473Z')).toBe('3 4')
    expect(await ids(column, '2025-10-13T16:21:53.473Z', '2025-10-13T17:00:00Z')).toBe('2 5')
  }
})

test('no text makes it fail, and every instant in ISO form is found', async () => {
  const spelling = fc.oneof(
    fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9998-12-31T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString()),
    fc.stringMatching(/^[0-9]{4}-[0-3][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$/),
    fc.string(),
  )
  const texts = fc.sample(spelling, 3000).map((text) => text.replaceAll('\0', ''))
  const rows = texts.map((text, index) => `(${index}, '${text.replaceAll("'", "''")}')`).join()
  const { ids } = await reading(12, `CREATE TABLE t (id int, x text); INSERT INTO t VALUES ${rows}`)
  const found = new Set((await ids('x', '0001-01-01T00:00:00Z')).split(' '))
  for (const [index, text] of texts.entries()) if (/^[0-9]{4}-.*Z$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text && !text.startsWith('0000')) expect([text, found.has(String(index))]).toEqual([text, true])
})

test('a column that is not there or holds no times is named', async () => {
  const { ids } = await reading(18, 'CREATE TABLE t (id int, b boolean, r time)')
  await expect(ids('nothing', '2026-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND', place: { table: 't', column: 'nothing' } })
  await expect(ids('b', '2026-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'USAGE', place: { table: 't', column: 'b' } })
  await expect(ids('r', '2026-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'USAGE' })
})
