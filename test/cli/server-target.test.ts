import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { testFolder } from './folder.js'
import { holdall } from './holdall.js'
import { sampleDatabase } from './sample.js'
import { serve } from './served.js'

test.each([
  ['export --store a.db --server http://127.0.0.1:1', '--store and --server exclude each other'],
  ['export --server nowhere', 'no server is named nowhere'],
  ['export --server ftp://127.0.0.1', 'the address of a server begins with http:// or https://'],
  ['export --server http://me:secret@127.0.0.1', 'the address of a server takes no user and password'],
  ['export --server http://127.0.0.1/?a=b', 'the address of a server takes no ? and no #'],
  ['export --server http://127.0.0.1:1 --token-env hk_1234_secret', 'the variable that --token-env names is not set'],
  ['export --server http://127.0.0.1:1 --where users=id=1', '--where is not for a server'],
  ['export --server http://127.0.0.1:1 --closure', '--closure is not for a server'],
  ['export --server http://127.0.0.1:1 --profile loom', '--profile is not for a server'],
  ['import a.json --server http://127.0.0.1:1 --create', '--create is not for a server'],
  ['import a.json --server http://127.0.0.1:1 --conflicts c.jsonl', '--conflicts is not for a server'],
  ['import a.json --server http://127.0.0.1:1 --strategy three-way', '--strategy three-way is not for a server'],
])('holdall %s', async (line, message) => {
  const { code, err } = await holdall(line.split(' '), { cwd: testFolder() })
  expect([code, err]).toEqual([2, expect.stringContaining(`error: ${message}`)])
  expect(err).toContain('[USAGE]')
  expect(err).not.toMatch(/hk_1234|secret@/)
})

test('a variable that is not for a server is named', async () => {
  const { code, err } = await holdall(['export', '--server', 'http://127.0.0.1:1'], { cwd: testFolder(), env: { HOLDALL_SUBSET: 'users=id=1' } })
  expect([code, err]).toEqual([2, expect.stringContaining('HOLDALL_SUBSET is not for a server')])
})

test('a flag counts before a variable, and two variables exclude each other', async () => {
  const cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
  const env = { HOLDALL_SERVER: 'http://127.0.0.1:1' }
  expect((await holdall(['export', '--store', 'app.db', '-o', 'a.json'], { cwd, env })).code).toBe(0)
  expect((await holdall(['export', '--server', 'http://127.0.0.1:1', '-o', 'b.json'], { cwd, env: { HOLDALL_STORE: 'app.db' } })).code).toBe(10)
  const { code, err } = await holdall(['export', '-o', 'c.json'], { cwd, env: { ...env, HOLDALL_STORE: 'app.db' } })
  expect([code, err]).toEqual([2, expect.stringContaining('HOLDALL_STORE and HOLDALL_SERVER exclude each other')])
})

test.each([
  ['store: app\n', 0],
  ['server: { store: app }\n', 0],
  ['', 2],
])('without a flag or a variable holdall.yaml says which store is meant: %j', async (line, code) => {
  const cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
  writeFileSync(join(cwd, 'holdall.yaml'), `stores: { app: app.db }\n${line}`)
  expect((await holdall(['export'], { cwd })).code).toBe(code)
})

test('a server of holdall.yaml is named by --server, with its key and its store', async () => {
  const server = await serve({ auth: { enabled: true } })
  const { token } = server.context.keys.create({ name: 'ops', role: 'admin', expires: null })
  writeFileSync(join(server.cwd, 'holdall.yaml'), `servers:\n  there: { url: '${server.url}', tokenEnv: THE_KEY, store: large }\n`)
  const ran = await server.run('export --server there -o a.json --json', { env: { THE_KEY: token } })
  expect([ran.code, ran.json]).toEqual([0, expect.objectContaining({ store: 'large', rows: 20 })])
  expect(ran.out + ran.err).not.toContain(token)
})

test('who may not is refused with 13, and no key is printed', async () => {
  const server = await serve({ auth: { enabled: true } })
  const { token } = server.context.keys.create({ name: 'half', role: 'operator', expires: null })
  const nobody = await server.run('export -o a.json')
  expect([nobody.code, nobody.err]).toEqual([13, expect.stringContaining('[UNAUTHENTICATED]')])
  const half = await server.run('export -o a.json --token-env KEY -v', { env: { KEY: token } })
  expect([half.code, half.err]).toEqual([13, expect.stringContaining('[FORBIDDEN]')])
  expect(half.err).not.toContain(token)
})

test('nobody there', async () => {
  expect(await holdall(['export', '--server', 'http://127.0.0.1:1'], { cwd: testFolder() })).toMatchObject({ code: 10, out: '', err: expect.stringContaining('nothing listens there [SERVER_UNREACHABLE]') as string })
})

test('a redirect is not followed, and what is no Holdall is told as such', async () => {
  const asked: string[] = []
  const other = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url?.startsWith('/there') === true) response.writeHead(302, { Location: '/elsewhere' }).end()
    else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>')
  })
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void other.close())
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const run = async (path: string): Promise<unknown> => holdall(['export', '--server', url + path, '--token-env', 'KEY', '-o', 'a.json'], { cwd: testFolder(), env: { KEY: 'hk_secret' } })
  expect(await run('/there')).toMatchObject({ code: 14, err: expect.stringContaining('which is not followed') as string })
  expect(await run('/')).toMatchObject({ code: 14, err: expect.stringContaining('[SERVER_FAILED]') as string })
  expect(asked).toEqual([expect.stringMatching(/^\/there\/api\/v1\/export\?/), expect.stringMatching(/^\/api\/v1\/export\?/)])
})
