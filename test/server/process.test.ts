import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { testFolder } from '../cli/folder.js'
import { holdall } from '../cli/holdall.js'
import { sampleDatabase } from '../cli/sample.js'
import { DIST, MAIN, serveProcess } from './serve-process.js'
import { startServer } from './start.js'

let cwd = ''

beforeEach(() => {
  cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
})

test('after kill -9 the history says that the job failed, and the state can be used again', async () => {
  const file = join(cwd, 'state.db')
  const script = join(cwd, 'working.mjs')
  writeFileSync(
    script,
    `import { startServer } from ${JSON.stringify(pathToFileURL(join(DIST, 'index.js')).href)}
     const { jobs } = await startServer({ stores: [], settings: { port: 0, stateFile: ${JSON.stringify(file)} } })
     console.log(jobs.start({ kind: 'import', store: 'app', user: 'local', run: () => new Promise(() => {}) }).id)`,
  )
  const { child, line, exit } = await serveProcess(script, [], cwd)
  child.kill('SIGKILL')
  await exit
  const { get } = await startServer({ folder: cwd, stores: [], settings: { stateFile: file } })
  expect(await (await get(`/api/v1/jobs/${line}`)).json()).toMatchObject({ state: 'failed', error: { code: 'INTERRUPTED', message: 'interrupted: the process ended' }, progress: null })
})

describe('holdall serve', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('tells its address, answers, and ends with 0 on %s', async (signal) => {
    const { child, line, err, exit } = await serveProcess(MAIN, ['serve', '--store', './app.db', '--port', '0', '--json'], cwd)
    const { message_type, url } = JSON.parse(line) as { message_type: string; url: string }
    expect(message_type).toBe('listening')
    expect(await (await fetch(`${url}/api/v1/stores`)).json()).toMatchObject({ stores: [{ name: 'app', engine: 'sqlite', default: true }] })
    expect(existsSync(join(cwd, 'holdall/state.db'))).toBe(true)
    child.kill(signal)
    expect(await exit).toBe(0)
    expect(JSON.parse(err().trimEnd().split('\n').at(-1)!)).toMatchObject({ message_type: 'result', command: 'serve', url })
  })

  test('serves all stores of holdall.yaml, with the first named as the default', async () => {
    writeFileSync(join(cwd, 'holdall.yaml'), 'stores:\n  app: app.db\n  other: $NOT_SET\nserver:\n  port: 0\n')
    const { line } = await serveProcess(MAIN, ['serve', '--store', 'app', '--json'], cwd)
    const { url } = JSON.parse(line) as { url: string }
    expect(await (await fetch(`${url}/api/v1/stores`)).json()).toMatchObject({ stores: [{ name: 'app', default: true }, { name: 'other', default: false, problem: expect.stringContaining('NOT_SET') as string }] })
  })

  test('--profile says what is known of the stores that are named', async () => {
    writeFileSync(join(cwd, 'holdall.yaml'), 'stores:\n  app: app.db\n')
    const { line } = await serveProcess(MAIN, ['serve', '--store', 'app', '--store', './app.db', '--profile', 'loom', '--port', '0', '--json'], cwd)
    const { url } = JSON.parse(line) as { url: string }
    expect(await (await fetch(`${url}/api/v1/stores`)).json()).toMatchObject({ stores: [{ name: 'app', profile: 'loom' }, { name: 'app-2', profile: 'loom' }] })
  })

  test('a port that is taken is told', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, err } = await holdall(['serve', '--port', String(port), '--state', 'state.db'], { cwd })
    expect([code, err]).toEqual([1, expect.stringContaining(`127.0.0.1:${port}: another program listens there`)])
  })

  test.each([
    [['--host', '0.0.0.0'], 'holdall keys create'],
    [['--host', '0.0.0.0', '--no-auth'], 'without authentication everybody'],
    [['--host', '0.0.0.0', '--auth', '--no-auth'], 'without authentication everybody'],
    [[], 'HOLDALL_AUTH and HOLDALL_NO_AUTH exclude each other', { HOLDALL_AUTH: '1', HOLDALL_NO_AUTH: '1' }],
  ])('%j is refused with 2', async (flags, message, env: Record<string, string> = {}) => {
    const { code, err } = await holdall(['serve', '--port', '0', '--state', 'state.db', ...flags], { cwd, env })
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })

  test('with --auth asks for a key on this machine too; a key made meanwhile lets in, and a revoked one no more', async () => {
    const { line } = await serveProcess(MAIN, ['serve', '--port', '0', '--state', 'state.db', '--auth', '--json'], cwd)
    const { url } = JSON.parse(line) as { url: string }
    const status = async (token: string): Promise<number> => (await fetch(`${url}/api/v1/jobs`, { headers: { Authorization: `Bearer ${token}` } })).status
    const { token, key } = (await holdall(['keys', 'create', '--name', 'ops', '--role', 'viewer', '--state', 'state.db', '--json'], { cwd })).json as { token: string; key: { id: string } }
    expect(await status(token)).toBe(200)
    expect((await holdall(['keys', 'revoke', key.id, '--state', 'state.db'], { cwd })).code).toBe(0)
    expect(await status(token)).toBe(401)
  })
})

describe('holdall keys', () => {
  const keys = async (...words: string[]): ReturnType<typeof holdall> => holdall(['keys', ...words, '--state', 'state.db'], { cwd })

  test('prints a key once; lists never show it', async () => {
    const { out, code } = await keys('create', '--name', 'ops', '--role', 'admin', '--expires', '30d')
    expect([code, out]).toEqual([0, expect.stringMatching(/^hk_[0-9a-f]{12}_[0-9a-f]{64}\n$/)])
    const list = await keys('list')
    expect(list.out).toContain(out.slice(3, 15))
    expect(list.out).not.toContain(out.trim())
    const { keys: listed } = (await keys('list', '--json')).json as { keys: { expires: string }[] }
    expect(Math.round((Date.parse(listed[0]!.expires) - Date.now()) / 86_400_000)).toBe(30)
  })

  test.each([
    [['destroy'], 2, 'it is one of create, list, revoke'],
    [['revoke'], 2, 'the id of the key is missing'],
    [['list', 'x'], 2, 'list takes no id'],
    [['create', '--role', 'admin'], 2, '--name is missing'],
    [['create', '--name', 'x', '--role', 'root'], 2, '--role'],
    [['create', '--name', 'x', '--role', 'admin', '--expires', 'never'], 2, '--expires'],
    [['revoke', 'nobody'], 10, 'there is no key nobody'],
  ])('%j ends with %i', async (words, code, message) => {
    const ran = await keys(...words)
    expect([ran.code, ran.err.toLowerCase()]).toEqual([code, expect.stringContaining(message.toLowerCase())])
  })
})
