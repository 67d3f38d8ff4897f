import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redactUrl } from './redact-url.js'

test.each([
  ['postgres://ada:s3cret@db.example:5432/shop', 'postgres://ada:***@db.example:5432/shop'],
  ['postgres://ada@db.example/shop', 'postgres://ada@db.example/shop'],
  ['postgres://db.example/shop', 'postgres://db.example/shop'],
  ['postgresql://:s3cret@db.example/shop', 'postgresql://:***@db.example/shop'],
  ['postgres://db/shop?user=ada&password=s3cret&sslmode=require', 'postgres://db/shop?user=ada&password=***&sslmode=require'],
  ['postgres://ada:s3cret@db/shop?host=/var/run', 'postgres://ada:***@db/shop?host=/var/run'],
  ['postgres:///shop?host=/var/run&password=s3cret', 'postgres:///shop?host=/var/run&password=***'],
  ['postgres://ada:s3/cr@et@db/shop', 'postgres://***@db/shop'],
  ['postgres://ada:12/s3cret@db/shop', 'postgres://***@db/shop'],
  ['postgres://db/shop?sslmode=require&odd-name=s3cret', 'postgres://db/shop?sslmode=require'],
  ['host=db user=ada password=s3cret', 'host=db user=ada password=***'],
])('%s is printed as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown)
})

test('no password is ever printed, escaped or not', () => {
  const secret = fc.stringMatching(/^[a-z0-9/?#&:=%+ -]{0,6}QZX[a-z0-9/?#&:=%+ -]{0,6}$/)
  fc.assert(
    fc.property(secret, fc.constantFrom('db', 'db:5432', '[::1]:5432'), (password, host) => {
      expect(redactUrl(`postgres://ada:${password}@${host}/shop`)).not.toContain('QZX')
      expect(redactUrl(`postgres://ada:${encodeURIComponent(password)}@${host}/shop`)).not.toContain('QZX')
      expect(redactUrl(`postgres://${host}/shop?sslmode=require&password=${encodeURIComponent(password)}`)).not.toContain('QZX')
    }),
    { numRuns: 2000 },
  )
})
