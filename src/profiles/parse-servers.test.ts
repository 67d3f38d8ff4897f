import { expect, test } from 'vitest'
import { HoldallError } from '../errors/holdall-error.js'
import type { Config } from './config.js'
import { parseConfig } from './parse-config.js'

const read = (text: string, env: NodeJS.ProcessEnv = {}): Config => parseConfig(text, '/etc/app/holdall.yaml', '/', env)

function fault(text: string): string {
  try {
    read(text)
  } catch (error) {
    if (HoldallError.is(error) && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
  return 'no fault'
}

test('a server is an address, or an address with the variable of its key and a store', () => {
  const { servers } = read('servers:\n  near: http://127.0.0.1:8080\n  far: { url: "https://${HOST}", tokenEnv: FAR_KEY, store: app }\n', { HOST: 'far.example' })
  expect(servers).toEqual({
    near: { kind: 'ready', url: 'http://127.0.0.1:8080', tokenEnv: null, store: null },
    far: { kind: 'ready', url: 'https://far.example', tokenEnv: 'FAR_KEY', store: 'app' },
  })
})

test('one that needs a variable which is not set leaves the others alone', () => {
  const { servers } = read('servers: { near: "http://127.0.0.1", far: "https://${HOST}" }')
  expect(servers['far']).toEqual({ kind: 'unusable', problem: expect.stringContaining('server far needs the environment variable HOST') as string })
  expect(servers['near']?.kind).toBe('ready')
})

test.each([
  ['servers: { far: }', 'server far has no address'],
  ['servers: { far: { store: app } }', 'server far has no url'],
  ['servers: { far: { url: "http://a", token: hk_1 } }', 'token'],
  ['store: shop', 'store names shop, which is not in stores'],
])('%s', (text, message) => {
  expect(fault(text)).toContain(message)
})

test('the default store is one of stores', () => {
  expect(read('stores: { app: app.db }\nstore: app').store).toBe('app')
})
