import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { run, succeed } from './command.js'
import { otherProcess } from './other-process.js'
import { rowsOfArchive, withClient } from './oracle.js'
import { filesIn, makePlace, type Place } from './place.js'
import { times } from './random.js'

const DDL = `CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
  CREATE TABLE transfers (id INTEGER PRIMARY KEY, legs INTEGER NOT NULL);
  CREATE TABLE legs (id INTEGER PRIMARY KEY, transfer_id INTEGER NOT NULL REFERENCES transfers (id), account_id INTEGER NOT NULL REFERENCES accounts (id), amount INTEGER NOT NULL)`
const FILL = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO accounts SELECT i, 0 FROM n'
/** Money goes from one account to another: one transaction. */
const TRANSFER = [
  'UPDATE accounts SET balance = balance - $amount WHERE id = $from',
  'INSERT INTO transfers VALUES ($id, 2)',
  'INSERT INTO legs VALUES ($id * 2, $id, $from, -$amount), ($id * 2 + 1, $id, $to, $amount)',
  'UPDATE accounts SET balance = balance + $amount WHERE id = $to',
  // The log of transfers does not grow for ever.
  'DELETE FROM legs WHERE transfer_id = $id - 3000',
  'DELETE FROM transfers WHERE id = $id - 3000',
]
const transferOf = (id: number): { readonly id: number; readonly amount: number; readonly from: number; readonly to: number } => ({ id, amount: (id % 97) + 1, from: ((id * 7) % 5000) + 1, to: ((id * 11) % 5000) + 1 })

interface Account {
  readonly id: number
  readonly balance: number
}

interface Leg {
  readonly transfer_id: number
  readonly account_id: number
  readonly amount: number
}

interface Books {
  readonly accounts: readonly Account[]
  readonly transfers: readonly { readonly id: number; readonly legs: number }[]
  readonly legs: readonly Leg[]
}

/** What is true between two transactions and at no other time; gives the number of the last transfer. */
function checkBooks({ accounts, transfers, legs }: Books): number {
  expect([accounts.length, accounts.reduce((sum, { balance }) => sum + balance, 0)]).toEqual([5000, 0])
  const byTransfer = new Map<number, { legs: number; sum: number }>(transfers.map(({ id }) => [id, { legs: 0, sum: 0 }]))
  for (const { transfer_id, amount } of legs) {
    const transfer = byTransfer.get(transfer_id)
    expect(transfer, `leg of transfer ${transfer_id}`).toBeDefined()
    transfer!.legs += 1
    transfer!.sum += amount
  }
  expect([...byTransfer].filter(([, found]) => found.legs !== 2 || found.sum !== 0)).toEqual([])
  const ids = [...byTransfer.keys()]
  const last = Math.max(0, ...ids)
  // None is missing in between: what was there was all there.
  expect(ids.length).toBe(Math.min(last, 3000))
  return last
}

function booksOfArchive(path: string): Books {
  const tables = rowsOfArchive(path, ['accounts', 'transfers', 'legs'])
  return Object.fromEntries(Object.entries(tables).map(([table, lines]) => [table, (lines ?? []).map((line) => JSON.parse(line) as unknown)])) as unknown as Books
}

function booksOfSqlite(path: string): Books {
  const db = new Database(path, { readonly: true })
  try {
    return Object.fromEntries(['accounts', 'transfers', 'legs'].map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()])) as unknown as Books
  } finally {
    db.close()
  }
}

interface Writer {
  /** How many transfers there are by now. */
  done(): Promise<number>
  stop(): Promise<void>
}

/** Takes one export after the other, and a copy, while somebody writes; each is of one moment, and of another than the one before. */
async function exportMeanwhile(place: Place, store: string, writer: Writer): Promise<void> {
  let last = 0
  const rounds = times(2)
  for (let round = 0; round < rounds; round += 1) {
    await expect.poll(async () => writer.done(), { timeout: 30_000, interval: 2 }).toBeGreaterThan(Math.max(last, 100))
    const tmp = place.temporary()
    const output = join(place.work, `${round}.tar.gz`)
    await succeed(['export', '-s', store, '-o', output, '-q'], { tmp })
    await succeed(['verify', output, '-q'], { tmp })
    const found = checkBooks(booksOfArchive(output))
    expect(found).toBeGreaterThan(last)
    last = found
    expect(filesIn(tmp)).toEqual([])
  }
  const copied = join(place.work, 'copied.db')
  const { code, err } = await run(['copy', store, copied, '--create', '-q'], { tmp: place.temporary() })
  expect([code, err]).toEqual([0, ''])
  expect(checkBooks(booksOfSqlite(copied))).toBeGreaterThan(last)
  // The writer was in nobody's way and nobody was in its way for good.
  const before = await writer.done()
  await expect.poll(async () => writer.done(), { timeout: 30_000, interval: 2 }).toBeGreaterThan(before)
  await writer.stop()
}

test.each(['wal', 'delete'] as const)('every export of a SQLite file that is written to all the time is of one moment (journal mode %s)', async (journal) => {
  const place = makePlace()
  const store = join(place.inputs, 'books.db')
  const stopped = join(place.inputs, 'stop')
  const db = new Database(store)
  db.pragma(`journal_mode = ${journal}`)
  db.exec(`${DDL}; ${FILL}`)
  db.close()
  const child = otherProcess(store, `
    db.pragma('synchronous = OFF')
    const steps = ${JSON.stringify(TRANSFER)}.map((sql) => db.prepare(sql))
    const needed = (step, values) => Object.fromEntries([...step.source.matchAll(/\\$(\\w+)/g)].map(([, name]) => [name, values[name]]))
    const { existsSync } = require('node:fs')
    let id = 0
    const next = () => {
      if (existsSync(${JSON.stringify(stopped)})) return
      try {
        db.exec('BEGIN IMMEDIATE')
        const values = (${String(transferOf)})(id + 1)
        for (const step of steps) step.run(needed(step, values))
        db.exec('COMMIT')
        id += 1
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK')
        if (!String(error.code).startsWith('SQLITE_BUSY')) throw error
      }
      setImmediate(next)
    }
    next()`)
  const ended = once(child, 'close')
  const reader = new Database(store, { readonly: true, timeout: 10_000 })
  await exportMeanwhile(place, store, {
    done: async () => {
      expect(child.exitCode).toBeNull()
      return Number(reader.prepare('SELECT max(id) FROM transfers').pluck().get() ?? 0)
    },
    stop: async () => {
      writeFileSync(stopped, '')
      expect((await ended)[0]).toBe(0)
    },
  })
  reader.close()
  checkBooks(booksOfSqlite(store))
})

test('every export of a PostgreSQL database that is written to all the time is of one moment', async () => {
  const place = makePlace()
  const { url } = await createDatabase()
  await withClient(url, async (client) => client.query(`${DDL}; ${FILL}`))
  const client = new pg.Client({ connectionString: url, application_name: 'the shop' })
  await client.connect()
  onTestFinished(async () => client.end())
  const stopping = new AbortController()
  const writing = (async () => {
    for (let id = 1; !stopping.signal.aborted; id += 1) {
      const values: Readonly<Record<string, number>> = { ...transferOf(id) }
      await client.query(['BEGIN', ...TRANSFER.map((sql) => sql.replaceAll(/\$(\w+)/g, (_, name: string) => String(values[name]))), 'COMMIT'].join(';').replaceAll('--', '- -'))
    }
  })()
  writing.catch(() => undefined)
  await exportMeanwhile(place, url, {
    done: async () => withClient(url, async (reader) => (await reader.query<{ max: number | null }>('SELECT max(id) FROM transfers')).rows[0]?.max ?? 0),
    stop: async () => {
      stopping.abort()
      await writing
    },
  })
})
