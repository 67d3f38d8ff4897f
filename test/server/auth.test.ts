import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createServer } from '../../src/server/create-server.js'
import type { Role } from '../../src/server/auth/role.js'
import { testFolder } from '../cli/folder.js'
import { holdJob } from './held-job.js'
import { startServer, type TestServer } from './start.js'

const SECRET = 'a secret of at least thirty-two bytes'
const secret = new TextEncoder().encode(SECRET)
const ON = { auth: { enabled: true } }
const JWT = { auth: { enabled: true, jwt: { key: { algorithm: 'HS256', secret: SECRET }, issuer: 'loom', audience: null, roleClaim: 'role' } } } as const

const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } })

function token(server: TestServer, role: Role, name: string = role, expires: Date | null = null): string {
  return server.context.keys.create({ name, role, expires }).token
}

interface TokenProps {
  readonly issuer?: string
  readonly expires?: string | null
  readonly alg?: string
  readonly key?: Uint8Array
}

async function loomToken(claims: Record<string, unknown>, { issuer = 'loom', expires = '1h', alg = 'HS256', key = secret }: TokenProps = {}): Promise<string> {
  const jwt = new SignJWT(claims).setProtectedHeader({ alg }).setIssuer(issuer)
  return (expires === null ? jwt : jwt.setExpirationTime(expires)).sign(key)
}

describe('API keys', () => {
  test('without one it is 401, and says how', async () => {
    const { get } = await startServer({ settings: ON })
    const response = await get('/api/v1/jobs')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="holdall"')
    expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED', hint: expect.stringContaining('holdall keys create') as string })
  })

  test('as a bearer and in X-API-Key it lets in; both at once do not', async () => {
    const server = await startServer({ settings: ON })
    const key = token(server, 'viewer')
    expect((await server.get('/api/v1/jobs', bearer(key))).status).toBe(200)
    expect((await server.get('/api/v1/jobs', { headers: { 'X-API-Key': key } })).status).toBe(200)
    expect((await server.get('/api/v1/jobs', { headers: { 'X-API-Key': key, Authorization: `Bearer ${key}` } })).status).toBe(401)
  })

  test('of which the state file holds no secret', async () => {
    const server = await startServer({ settings: ON })
    const key = token(server, 'viewer')
    const kept = JSON.stringify(server.context.state.db.prepare('SELECT *, hex(hash) AS hex FROM api_key').all())
    expect(kept).not.toContain(key.split('_')[2])
  })

  test.each([
    ['one that was revoked', (server: TestServer) => {
      const { key, token: text } = server.context.keys.create({ name: 'x', role: 'admin', expires: null })
      server.context.keys.revoke(key.id)
      return text
    }],
    ['one that has expired', (server: TestServer) => token(server, 'admin', 'x', new Date(Date.now() - 1))],
    ['one with another secret', (server: TestServer) => token(server, 'admin').replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['one that never was', () => `hk_${'0'.repeat(12)}_${'0'.repeat(64)}`],
    ['no key at all', () => 'nonsense'],
    ['an id alone', (server: TestServer) => token(server, 'admin').slice(0, 16)],
  ])('%s is refused', async (_what, make) => {
    const server = await startServer({ settings: ON })
    expect((await server.get('/api/v1/jobs', bearer(make(server)))).status).toBe(401)
  })

  test('what a header says of the user counts for nothing', async () => {
    const server = await startServer({ settings: ON })
    const claims = { 'X-User-ID': 'user-admin', 'X-Role': 'admin', 'X-Username': 'admin' }
    expect((await server.get('/api/v1/audit', { headers: claims })).status).toBe(401)
    expect((await server.get('/api/v1/audit', { headers: { ...claims, Authorization: `Bearer ${token(server, 'viewer')}` } })).status).toBe(403)
  })
})

describe('roles', () => {
  test.each([
    ['GET', '/api/v1/stores', [200, 200, 200]],
    ['GET', '/api/v1/stores/app', [200, 200, 200]],
    ['GET', '/api/v1/jobs', [200, 200, 200]],
    ['GET', '/api/v1/history', [200, 200, 200]],
    ['GET', '/metrics', [200, 200, 200]],
    ['DELETE', '/api/v1/jobs/none', [403, 404, 404]],
    ['POST', '/api/v1/jobs/none/cancel', [403, 404, 404]],
    ['GET', '/api/v1/audit', [403, 403, 200]],
  ])('%s %s', async (method, path, [viewer, operator, admin]) => {
    const server = await startServer({ settings: ON })
    const status = async (role: Role): Promise<number> => (await server.get(path, { method, ...bearer(token(server, role)) })).status
    expect([await status('viewer'), await status('operator'), await status('admin')]).toEqual([viewer, operator, admin])
  })

  test('an operator stops own jobs, not those of others', async () => {
    const server = await startServer({ settings: ON })
    const [own, other] = [await holdJob(server.jobs, 'ann'), await holdJob(server.jobs, 'bob')]
    const key = token(server, 'operator', 'ann')
    expect((await server.get(`/api/v1/jobs/${other.id}`, { method: 'DELETE', ...bearer(key) })).status).toBe(403)
    expect((await server.get(`/api/v1/jobs/${own.id}`, { method: 'DELETE', ...bearer(key) })).status).toBe(202)
    other.finish()
    expect(await other.result).toBe('done')
  })

  test('a route that does not say for whom it is, is for administrators', async () => {
    const server = await startServer({ settings: ON, routes: (app) => void app.get('/forgotten', async () => 'x') })
    expect((await server.get('/forgotten', bearer(token(server, 'operator')))).status).toBe(403)
    expect((await server.get('/forgotten', bearer(token(server, 'admin')))).status).toBe(200)
  })

  test('health, the description and its page ask nobody', async () => {
    const { get } = await startServer({ settings: ON })
    for (const path of ['/health', '/health/live', '/health/ready', '/api/v1/health', '/api/v1/openapi.json', '/docs', '/docs/static/swagger-ui.css']) expect([path, (await get(path)).status]).toEqual([path, 200])
  })
})

describe('JSON Web Tokens', () => {
  test('as Loom makes them are taken, with user and role', async () => {
    const server = await startServer({ settings: JWT })
    const admin = await loomToken({ user_id: 'user-admin', username: 'admin', role: 'admin' })
    expect((await server.get('/api/v1/audit', bearer(admin))).status).toBe(200)
    expect((await server.get('/api/v1/audit', bearer(await loomToken({ username: 'eve', role: 'viewer' })))).status).toBe(403)
    const audit = (await (await server.get('/api/v1/audit', bearer(admin))).json()) as { entries: unknown[] }
    expect(audit.entries).toMatchObject([{ user: 'eve', role: 'viewer', status: 403, action: 'GET /api/v1/audit' }])
  })

  test('with a role nobody knows here is 403 for all', async () => {
    const server = await startServer({ settings: JWT })
    expect((await server.get('/api/v1/jobs', bearer(await loomToken({ username: 'svc', role: 'service' })))).status).toBe(403)
  })

  test.each([
    ['unsigned', () => new UnsecuredJWT({ username: 'admin', role: 'admin' }).setIssuer('loom').setExpirationTime('1h').encode()],
    ['signed with another secret', async () => loomToken({ username: 'a', role: 'admin' }, { key: new TextEncoder().encode('another secret, also thirty-two bytes') })],
    ['signed with another algorithm', async () => loomToken({ username: 'a', role: 'admin' }, { alg: 'HS384', key: new TextEncoder().encode(SECRET + SECRET) })],
    ['of another issuer', async () => loomToken({ username: 'a', role: 'admin' }, { issuer: 'eve' })],
    ['that has expired', async () => loomToken({ username: 'a', role: 'admin' }, { expires: '-1h' })],
    ['that never expires', async () => loomToken({ username: 'a', role: 'admin' }, { expires: null })],
    ['that names nobody', async () => loomToken({ role: 'admin' })],
  ])('one %s is 401', async (_what, make) => {
    const server = await startServer({ settings: JWT })
    expect((await server.get('/api/v1/jobs', bearer(await make()))).status).toBe(401)
  })

  test('RS256: the public key is no secret to sign with', async () => {
    const folder = testFolder()
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
    const publicKeyFile = join(folder, 'public.pem')
    writeFileSync(publicKeyFile, pem)
    const { get } = await startServer({ settings: { auth: { enabled: true, jwt: { key: { algorithm: 'RS256', publicKeyFile }, issuer: null, audience: 'holdall', roleClaim: 'https://holdall/role' } } } })
    const sign = async (alg: string, key: Parameters<SignJWT['sign']>[0], audience = 'holdall'): Promise<string> =>
      new SignJWT({ sub: 'ann', 'https://holdall/role': 'viewer' }).setProtectedHeader({ alg }).setAudience(audience).setExpirationTime('1h').sign(key)
    expect((await get('/api/v1/jobs', bearer(await sign('RS256', privateKey)))).status).toBe(200)
    expect((await get('/api/v1/jobs', bearer(await sign('RS256', privateKey, 'others')))).status).toBe(401)
    expect((await get('/api/v1/jobs', bearer(await sign('HS256', new TextEncoder().encode(pem))))).status).toBe(401)
  })
})

describe('limits', () => {
  test('who fails too often waits, even with a key that is right', async () => {
    const server = await startServer({ settings: { ...ON, limits: { failedLoginsPerMinute: 3 } } })
    const key = token(server, 'viewer')
    for (let n = 0; n < 5; n++) expect((await server.get('/api/v1/jobs', bearer(key))).status).toBe(200)
    for (let n = 0; n < 3; n++) expect((await server.get('/api/v1/jobs', bearer('wrong'))).status).toBe(401)
    const blocked = await server.get('/api/v1/jobs', bearer(key))
    expect(blocked.status).toBe(429)
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await blocked.json()).toMatchObject({ code: 'RATE_LIMITED' })
  })
})

test('behind a trusted proxy each client fails for itself; elsewhere nobody names another address', async () => {
  const from = (address: string): RequestInit => ({ headers: { 'X-Forwarded-For': address, Authorization: 'Bearer wrong' } })
  const settings = { ...ON, limits: { failedLoginsPerMinute: 1 } }
  const behind = await startServer({ settings: { ...settings, trustedProxies: ['127.0.0.1'] } })
  for (const [address, status] of [['192.0.2.1', 401], ['192.0.2.2', 401], ['192.0.2.1', 429]] as const) expect((await behind.get('/api/v1/jobs', from(address))).status).toBe(status)
  const direct = await startServer({ settings })
  for (const [address, status] of [['192.0.2.1', 401], ['192.0.2.2', 429]] as const) expect((await direct.get('/api/v1/jobs', from(address))).status).toBe(status)
})

test('who shows no key at all is not counted as guessing', async () => {
  const { get } = await startServer({ settings: { ...ON, limits: { failedLoginsPerMinute: 1 } } })
  for (let n = 0; n < 3; n++) expect((await get('/api/v1/jobs')).status).toBe(401)
})

describe('where anybody could come from', () => {
  const open = async (settings: Parameters<typeof createServer>[0]['settings']): Promise<unknown> =>
    createServer({ stores: [], settings: { stateFile: join(testFolder(), 'state.db'), port: 0, ...settings } }).then(async (server) => server.stop())

  test.each([
    ['0.0.0.0', { enabled: false }],
    ['0.0.0.0', {}],
    ['::', {}],
    ['192.0.2.1', {}],
    ['localhost.example', {}],
  ])('the server does not start unprotected on %s', async (host, auth) => {
    await expect(open({ host, auth })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('a page of another site, or a name that leads here, is refused where nobody is asked', async () => {
    const { url, get } = await startServer()
    const { port } = new URL(url)
    expect((await get('/api/v1/jobs', { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
    expect((await get('/api/v1/jobs', { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403)
    expect((await get('/api/v1/jobs', { headers: { Origin: `http://127.0.0.1:${port}` } })).status).toBe(200)
    const { request } = await import('node:http')
    const status = await new Promise((resolve) => request({ port, host: '127.0.0.1', path: '/api/v1/jobs', headers: { Host: 'evil.example' } }, (response) => resolve(response.resume().statusCode)).end())
    expect(status).toBe(403)
  })
})
