import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { run, start, succeed, type Ended, type Running } from './command.js'
import { expectedRows, ledgerInPostgresql, ledgerInSqlite, TABLES } from './ledger.js'
import { rowsOf, settled, structureOf, summary, withClient } from './oracle.js'
import { otherProcess } from './other-process.js'
import { filesIn, makePlace, type Place } from './place.js'
import { valveProxy } from './valve-proxy.js'

const OLD = { word: 'old', first: 1, last: 100 }
const NEW = { word: 'newer', first: 51, last: 400 }

const looked = async (store: string): Promise<string> => summary(await rowsOf(store, TABLES)) + (await structureOf(store))

function broken({ code, err }: Ended): void {
  expect([code, err]).toEqual([1, expect.stringContaining('[STORE_FAILED]')])
  expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/)
}

async function archiveOf(place: Place): Promise<string> {
  const archive = join(place.inputs, 'new.tar.gz')
  await succeed(['export', '-s', ledgerInSqlite(join(place.inputs, 'new.db'), NEW), '-o', archive, '-q'], { tmp: place.temporary() })
  return archive
}

/** An administrator ends the session of Holdall as soon as it runs such a statement; false where it had ended by itself before. */
async function terminate(url: string, statement: string, { child }: Running): Promise<boolean> {
  return withClient(url, async (client) => {
    const sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'holdall' AND query ~ $1"
    while (child.exitCode === null) {
      if ((await client.query(sql, [statement])).rowCount !== 0) return true
      await client.query('SELECT pg_sleep(0.002)')
    }
    return false
  })
}

describe('an import into PostgreSQL', () => {
  test.each(['COPY', 'INSERT INTO|UPDATE|MERGE'])('whose session is ended by an administrator while it runs %s is undone', async (statement) => {
    const place = makePlace()
    const archive = await archiveOf(place)
    const store = await ledgerInPostgresql((await createDatabase()).url, OLD)
    const before = await looked(store)
    // Slow enough to be caught in the act, and tried again where it was not.
    const proxy = await valveProxy(store, { pace: 2_000 })
    const tmp = place.temporary()
    for (let attempt = 1; ; attempt += 1) {
      const running = start(['import', archive, '-s', proxy.url, '-q'], { tmp })
      running.child.stdin?.end()
      const caught = await terminate(store, statement, running)
      const ended = await running.ended
      if (ended.code !== 0 || attempt === 5) {
        expect(caught).toBe(true)
        broken(ended)
        break
      }
      await ledgerInPostgresql(store, OLD)
    }
    await settled(store)
    expect([await looked(store), filesIn(tmp)]).toEqual([before, []])
    await succeed(['import', archive, '-s', store, '-q'], { tmp })
    expect(summary(await rowsOf(store, TABLES))).toBe(summary(expectedRows(OLD, NEW)))
  })

  test.each([0.1, 0.5, 0.99])('whose connection drops after %d of what it sends is undone', async (share) => {
    const place = makePlace()
    const archive = await archiveOf(place)
    const store = await ledgerInPostgresql((await createDatabase()).url, OLD)
    const proxy = await valveProxy(store)
    await succeed(['import', archive, '-s', proxy.url, '--dry-run', '-q'], { tmp: place.temporary() })
    const before = await looked(store)
    const { client } = proxy.passed()
    const dropped = proxy.after('client', client + client * share, 'drop')
    const tmp = place.temporary()
    broken(await run(['import', archive, '-s', proxy.url, '-q'], { tmp }))
    await dropped
    await settled(store)
    expect([await looked(store), filesIn(tmp)]).toEqual([before, []])
  })

  test('whose connection says nothing any more can be stopped at once', async () => {
    const place = makePlace()
    const archive = await archiveOf(place)
    const store = await ledgerInPostgresql((await createDatabase()).url, OLD)
    const proxy = await valveProxy(store)
    const before = await looked(store)
    const stalled = proxy.after('client', 200_000, 'stall')
    const tmp = place.temporary()
    const running = start(['import', archive, '-s', proxy.url], { tmp })
    const { child, ended } = running
    child.stdin?.end()
    await stalled
    child.kill('SIGINT')
    await expect.poll(() => running.err(), { timeout: 20_000, interval: 2 }).toContain('SIGINT')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    proxy.cut()
    await settled(store)
    expect(await looked(store)).toBe(before)
  })
})

describe('an export of PostgreSQL', () => {
  test.each(['administrator', 'broken connection'])('in the middle of a table, ended by: %s, is not published', async (who) => {
    const place = makePlace()
    const store = await ledgerInPostgresql((await createDatabase()).url, NEW)
    const proxy = await valveProxy(store, { pace: 1_000 })
    const tmp = place.temporary()
    const dropped = who === 'administrator' ? null : proxy.after('server', 300_000, 'drop')
    const running = start(['export', '-s', proxy.url, '-o', join(place.work, 'out.tar.gz'), '-q'], { tmp })
    running.child.stdin?.end()
    expect(await (dropped ?? terminate(store, 'COPY', running))).not.toBe(false)
    broken(await running.ended)
    await settled(store)
    expect([filesIn(place.work), filesIn(tmp)]).toEqual([[], []])
  })
})

/** Seconds until the kernel asks the server whether it is still there, of the connection that does so first; see proc(5), /proc/net/tcp. */
function shortestKeepAlive(url: string): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0')
  const timers = [...readFileSync('/proc/net/tcp', 'utf8').matchAll(/^ *\d+: \S+ \w+:(\w+) 01 \S+ 02:(\w+)/gm)].filter(([, remote]) => remote === port)
  return Math.min(...timers.map(([, , left]) => parseInt(left!, 16) / 100))
}

describe('a lock that somebody else holds', () => {
  async function holding(url: string, sql: string): Promise<{ readonly pid: string; readonly letGo: () => Promise<void> }> {
    const client = new pg.Client({ connectionString: url, application_name: 'the night job' })
    await client.connect()
    onTestFinished(async () => client.end())
    await client.query('BEGIN')
    await client.query(sql)
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return { pid: String(rows[0]!.pid), letGo: async () => {
      await client.query('COMMIT')
    } }
  }

  test('an import into PostgreSQL waits as long as it was told, and says who it is', async () => {
    const place = makePlace()
    const archive = await archiveOf(place)
    const store = await ledgerInPostgresql((await createDatabase()).url, OLD)
    const { pid, letGo } = await holding(store, "UPDATE accounts SET name = 'mine' WHERE id = 1")
    const { code, err } = await run(['import', archive, '-s', store, '--lock-timeout', '100ms', '-q'], { tmp: place.temporary() })
    expect([code, err]).toEqual([11, expect.stringContaining(`locked by process ${pid}, role postgres, application the night job`)])
    expect(err).toMatch(/\[STORE_LOCKED\]\n.* table accounts\n/)
    const { child, ended } = start(['import', archive, '-s', store, '--lock-timeout', '2m', '-q'], { tmp: place.temporary() })
    child.stdin?.end()
    await withClient(store, async (client) => {
      await expect.poll(async () => (await client.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0)
    })
    // A server that vanishes meanwhile is noticed: the kernel asks for it before long.
    if (existsSync('/proc/net/tcp')) await expect.poll(() => shortestKeepAlive(store), { timeout: 30_000, interval: 5 }).toBeLessThanOrEqual(30)
    await letGo()
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })

  test.each([
    ['into a SQLite file', (archive: string, store: string) => ['import', archive, '-s', store, '--lock-timeout', '100ms', '-q']],
    ['from a SQLite file, by copy', (_archive: string, store: string, work: string) => ['copy', store, join(work, 'copied.db'), '--create', '--lock-timeout', '100ms', '-q']],
  ])('an import %s names the file, and leaves it alone', async (_what, args) => {
    const place = makePlace()
    const archive = await archiveOf(place)
    const store = ledgerInSqlite(join(place.work, 'into.db'), OLD)
    const before = await looked(store)
    const other = otherProcess(store, "db.exec('BEGIN EXCLUSIVE'); console.log('here'); process.stdin.resume()")
    await once(other.stdout!, 'data')
    const { code, err } = await run(args(archive, store, place.work), { tmp: place.temporary() })
    expect([code, err]).toEqual([11, expect.stringContaining('[STORE_LOCKED]')])
    expect(err).toContain(store)
    other.kill('SIGKILL')
    await once(other, 'close')
    expect([await looked(store), filesIn(place.work)]).toEqual([before, ['into.db']])
  })
})
