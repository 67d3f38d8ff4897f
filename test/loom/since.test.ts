import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportStore, inspectArchive } from '../../src/index.js'
import { LOOM } from '../../src/profiles/loom.js'
import { emptyProfile, frozenRecord } from '../../src/profiles/profile.js'
import { ENGINES, loomDatabase, scratch } from './loom-database.js'

const SINCE = new Date('2026-02-17T00:00:00Z')
/** The same day in three spellings and five zones, with whether it is from that instant on. */
const TIMES: readonly (readonly [spelled: string, after: boolean])[] = [
  ['2026-02-16 23:59:59.12-08:00', true],
  ['2026-02-16 15:59:59.999999999-08:00', false],
  ['2026-02-16 16:00:00-08:00', true],
  ['2026-02-17 05:29:59.9+05:30', false],
  ['2026-02-17 05:30:00+05:30', true],
  ['2026-02-16 23:59:59', false],
  ['2026-02-17 00:00:00', true],
  ['2026-02-16T23:59:59.999Z', false],
  ['2026-02-17T00:00:00Z', true],
  ['2026-02-17T00:59:59+01:00', false],
  ['2026-02-17T01:00:00.000+01:00', true],
  ['2026-02-16 23:59:59.999999', false],
  ['2026-02-17 00:00:00.000001', true],
]

type Document = Record<string, Record<string, Record<string, unknown>[]>>

async function exported(store: string, since: Date, until?: Date): Promise<Record<string, unknown[]>> {
  const output = join(scratch(), 'since.json')
  await exportStore({ store, output, format: 'json', profile: LOOM, since, until })
  const document = JSON.parse(await readFile(output, 'utf8')) as Document
  return Object.fromEntries(Object.keys(LOOM.groups).flatMap((group) => Object.entries(document[group] ?? {})))
}

/** As JavaScript reads it, to the millisecond; without an offset it is UTC. */
const instant = (value: unknown): number => {
  const text = String(value).replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1')
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
}

describe.each(ENGINES)('--since of a Loom database, %s', (engine) => {
  test('takes of every table the rows from that instant on', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const all = await Promise.all(Object.entries(LOOM.timeColumns).map(async ([table, column]) => {
      const rows = engine === 'SQLite' && LOOM.leaveAlone.includes(table) ? [] : await from.rows(`SELECT ${column} AS at FROM ${table}`)
      return [table, rows.map(({ at }) => instant(at))] as const
    }))
    const sorted = all.flatMap(([, times]) => times).sort((a, b) => a - b)
    expect(sorted.every(Number.isFinite)).toBe(true)
    const since = new Date(sorted[Math.floor(sorted.length * 0.4)] ?? 0)
    const until = new Date(sorted[Math.floor(sorted.length * 0.8)] ?? 0)
    const found = await exported(from.store, since, until)
    for (const [table, times] of all) expect([table, found[table]?.length ?? 0]).toEqual([table, times.filter((time) => time >= since.getTime() && time < until.getTime()).length])
  })

  test('compares instants, however they are spelled', async () => {
    const from = await loomDatabase(engine, { content: 'empty' })
    const spelled = TIMES.filter(([time]) => engine === 'SQLite' || !/[Z]|[+-]\d\d:\d\d$/.test(time))
    const values = spelled.map(([time], index) => `('log${index}', '${time}', 'info', 'test', '${time}')`)
    await from.run(`INSERT INTO logs (id, timestamp, level, source, message) VALUES ${values.join(', ')}`)
    const { logs } = await exported(from.store, SINCE)
    expect(logs?.map((row) => (row as { message: string }).message).sort()).toEqual(spelled.filter(([, after]) => after).map(([time]) => time).sort())
  })

  test('says of which tables all rows are exported, for want of a time column', async () => {
    const from = await loomDatabase(engine, { content: 'started' })
    await from.run('CREATE TABLE extras (id TEXT PRIMARY KEY)')
    const output = join(scratch(), 'since.tar.gz')
    const report = await exportStore({ store: from.store, output, profile: { ...emptyProfile, groups: LOOM.groups, timeColumns: frozenRecord<string>([]) }, since: SINCE })
    expect(report.notes).toContainEqual(expect.stringMatching(/^table extras has no time column/))
    expect((await inspectArchive({ input: output })).selection).toMatchObject({ since: SINCE.toISOString(), untimed: expect.arrayContaining(['extras']) as string[] })
  })
})
