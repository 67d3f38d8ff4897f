import { describe, expect, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import type { ConfiguredServer } from './config.js'
import { parseConfig } from './parse-config.js'
import { DEFAULT_SERVER } from './server-settings.js'

const read = (server: string, env: NodeJS.ProcessEnv = {}): ConfiguredServer => parseConfig(`server:\n${server.replace(/^/gm, '  ')}`, '/etc/app/holdall.yaml', '/', env).server

const fault = (server: string): string => {
  try {
    read(server)
  } catch (error) {
    if (HoldallError.is(error) && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
  return 'no fault'
}

describe('server in holdall.yaml', () => {
  test('left out is a server for this machine alone', () => {
    expect(parseConfig('stores: {}', '/holdall.yaml', '/', {}).server).toEqual({ kind: 'ready', settings: DEFAULT_SERVER })
    expect(DEFAULT_SERVER).toMatchObject({ host: '127.0.0.1', port: 8080, auth: { enabled: null, jwt: null }, limits: { exportsPerHour: 5, importBytes: 52_428_800 } })
  })

  test('says all that there is to say', () => {
    const text = `
host: 0.0.0.0
port: 0
store: app
trustedProxies: [10.0.0.0/8, ::1]
stateFile: state/holdall.db
auth:
  enabled: true
  jwt:
    algorithm: HS256
    secret: \${JWT_SECRET}
    issuer: loom
    audience: holdall
    roleClaim: loom_role
limits: { importBytes: 200MB, exportsPerHour: 10, importsPerHour: 3, failedLoginsPerMinute: 7, queuedImports: 0 }
imports: refuse
timeouts: { headers: 5s, idle: 10s, request: 1h, stop: 2m }
heartbeat: 20s`
    expect(read(text, { JWT_SECRET: 'x'.repeat(32) })).toEqual({
      kind: 'ready',
      settings: {
        host: '0.0.0.0',
        port: 0,
        store: 'app',
        stateFile: '/etc/app/state/holdall.db',
        auth: { enabled: true, jwt: { key: { algorithm: 'HS256', secret: 'x'.repeat(32) }, issuer: 'loom', audience: 'holdall', roleClaim: 'loom_role' } },
        limits: { importBytes: 200_000_000, exportsPerHour: 10, importsPerHour: 3, failedLoginsPerMinute: 7, queuedImports: 0 },
        trustedProxies: ['10.0.0.0/8', '::1'],
        imports: 'refuse',
        timeouts: { headers: 5_000, idle: 10_000, request: 3_600_000, stop: 120_000 },
        heartbeat: 20_000,
      },
    })
  })

  test('RS256 has its key in a file beside holdall.yaml', () => {
    expect(read('auth: { jwt: { algorithm: RS256, publicKeyFile: jwt.pem } }')).toMatchObject({ settings: { auth: { jwt: { key: { algorithm: 'RS256', publicKeyFile: '/etc/app/jwt.pem' }, issuer: null, roleClaim: 'role' } } } })
  })

  test('a variable that is not set makes the server unusable, not the file', () => {
    expect(read('auth: { jwt: { algorithm: HS256, secret: $JWT_SECRET } }')).toMatchObject({ kind: 'unusable', problem: expect.stringContaining('/etc/app/holdall.yaml:2:') as string })
  })

  test.each([
    ['port: 70000', 'holdall.yaml:2:9: port of server is not a whole number from 0 to 65535'],
    ['prot: 1', 'server has an unknown key prot'],
    ['imports: wait', 'imports of server is none of queue, refuse'],
    ['heartbeat: 15', 'heartbeat of server is not a duration such as'],
    ['auth: { enabled: maybe }', 'enabled of auth is neither true nor false'],
    ['auth: { jwt: { secret: x } }', 'jwt names no algorithm'],
    ['auth: { jwt: { algorithm: none } }', 'algorithm of jwt is none of HS256, RS256'],
    ['auth: { jwt: { algorithm: HS256, secret: short } }', 'shorter than 32 bytes'],
    ['auth: { jwt: { algorithm: HS256, publicKeyFile: a.pem } }', 'HS256 needs a secret'],
    [`auth: { jwt: { algorithm: RS256, publicKeyFile: a.pem, secret: ${'x'.repeat(32)} } }`, 'RS256 needs a publicKeyFile, and no secret'],
    ['limits: { importBytes: lots }', 'importBytes of limits is not a size such as 50MB'],
    ['limits: { exportsPerHour: 0 }', 'exportsPerHour of limits is not a whole number from 1'],
    ['trustedProxies: [proxy.example]', 'proxy.example is neither an address nor a network'],
    ['trustedProxies: [10.0.0.0/33]', '10.0.0.0/33 is neither'],
    ['limits: []', 'limits of server is not a mapping'],
  ])('%s is named with its place', (text, message) => {
    expect(fault(text)).toContain(message)
  })
})
