import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact, secretsIn } from './redact.js'

test.each([
  ['postgres://app:s3cret@db.example/app', 'postgres://app:***@db.example/app'],
  ['cannot reach "postgresql://app:s3@cr/et@db/app?sslmode=require".', 'cannot reach "postgresql://app:***@db/app?sslmode=require".'],
  ["unexpected 'postgres://:only@h/db'", "unexpected 'postgres://:***@h/db'"],
  ['host=db password=s3cret user=app', 'host=db password=*** user=app'],
  ["password='with \\' quote' user=app", 'password=*** user=app'],
  ['postgres://h/db?user=a&password=s3cret&x=1', 'postgres://h/db?user=a&password=***&x=1'],
  ['sslpassword=abc', 'sslpassword=***'],
])('%s', (text, clean) => {
  expect(redact(text)).toBe(clean)
})

test.each(['postgres://db.example/app', 'postgres://app@db.example:5432/app', 'password authentication failed for user "app"', '/data/a:b.db'])('%s stays', (text) => {
  expect(redact(text)).toBe(text)
})

test('a known password is taken out wherever it stands, as written and as decoded', () => {
  const secrets = secretsIn(['postgres://app:p%40ssw0rd@db/app', 'not a url', undefined])
  expect(redact('server said: p@ssw0rd is wrong, p%40ssw0rd too', secrets)).toBe('server said: *** is wrong, *** too')
})

test('a URL whose password is badly encoded is still understood', () => {
  expect(secretsIn(['postgres://app:100%zz@db/app'])).toEqual(['100%zz'])
})

test('no password in a URL survives, whatever it is made of', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }).filter((password) => !/[\s'"`]/.test(password) && !'postgres://app:***@db.example/app'.includes(password)), (password) => {
      const url = `postgres://app:${password}@db.example/app`
      expect(redact(`it says ${url}`, secretsIn([url]))).not.toContain(password)
    }),
  )
})

test('a password that is also the user or the scheme does not take messages apart', () => {
  const secrets = secretsIn(['postgres://postgres:postgres@127.0.0.1/app', 'postgres://app:hunter22@127.0.0.1/app'])
  expect(secrets).toEqual(['hunter22'])
  expect(redact('store postgres://postgres:postgres@127.0.0.1/app: hunter22 in postgres', secrets)).toBe('store postgres://postgres:***@127.0.0.1/app: *** in postgres')
})
