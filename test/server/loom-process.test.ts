import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { createLoom } from '../../src/cli/demo/loom/create-loom.js'
import { exportStore } from '../../src/transfer/export-store.js'
import { LOOM } from '../../src/profiles/loom.js'
import { testFolder } from '../cli/folder.js'
import { answerOf, totalsOf } from './loom-server.js'
import { MAIN, serveProcess } from './serve-process.js'

test('a server that is killed while it imports leaves the database as it was; the next one says so and imports', async () => {
  const cwd = testFolder()
  const [from, into] = [join(cwd, 'from.db'), join(cwd, 'loom.db')]
  await createLoom(from, { content: 'sample', rows: 40_000 })
  await createLoom(into, { content: 'started', rows: 0, seed: 2 })
  const archive = join(cwd, 'loom.tar.gz')
  await exportStore({ store: from, profile: LOOM, output: archive })
  const body = readFileSync(archive)
  writeFileSync(join(cwd, 'holdall.yaml'), 'stores:\n  loom:\n    url: loom.db\n    profile: loom\nserver:\n  port: 0\n')
  const contents = (path: string): unknown => {
    const database = new Database(path)
    try {
      return [database.pragma('integrity_check'), database.prepare('SELECT (SELECT count(*) FROM workflow_edges) AS edges, (SELECT count(*) FROM logs) AS logs, (SELECT count(*) FROM users) AS users').get()]
    } finally {
      database.close()
    }
  }
  const before = contents(into)
  const serve = async (): Promise<Awaited<ReturnType<typeof serveProcess>> & { url: string }> => {
    const served = await serveProcess(MAIN, ['serve', '--json'], cwd)
    return { ...served, url: (JSON.parse(served.line) as { url: string }).url }
  }

  const first = await serve()
  const send = async (url: string, query: string): Promise<Response> => fetch(`${url}/api/v1/import?${query}`, { method: 'POST', body, headers: { 'Content-Type': 'application/gzip' } })
  const { id } = (await (await send(first.url, 'async=true')).json()) as { id: string }
  // The log of the transaction beside the database: it is being written to.
  await vi.waitFor(() => expect(existsSync(`${into}-journal`) || existsSync(`${into}-wal`)).toBe(true), { timeout: 20_000, interval: 1 })
  first.child.kill('SIGKILL')
  await first.exit

  expect(contents(into)).toEqual(before)
  const second = await serve()
  expect(await (await fetch(`${second.url}/api/v1/jobs/${id}`)).json()).toMatchObject({ state: 'failed', error: { code: 'INTERRUPTED', message: 'interrupted: the process ended' } })
  const history = (await (await fetch(`${second.url}/api/v1/history`)).json()) as { jobs: unknown[] }
  expect(history.jobs).toMatchObject([{ id, kind: 'import', state: 'failed' }])
  for (const times of [1, 2]) {
    const answer = await answerOf(await send(second.url, ''))
    expect([times, answer.status, contents(into)]).toEqual([times, 'completed', contents(from)])
    if (times === 2) expect(totalsOf(answer)).toMatchObject({ inserted: 0, updated: 0, failed: 0 })
  }
})
