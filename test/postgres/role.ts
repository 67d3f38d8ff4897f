import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { TestDatabase } from './database.js'

/** A role without any right of its own, and the database's URL for it. Gone when the test ends. */
export async function createRole(database: TestDatabase): Promise<{ readonly name: string; readonly url: string }> {
  const name = `r_${randomBytes(6).toString('hex')}`
  await database.run(`CREATE ROLE ${name} LOGIN PASSWORD 'secret'`)
  onTestFinished(async () => database.run(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`))
  const url = new URL(database.url)
  url.username = name
  url.password = 'secret'
  return { name, url: url.href }
}
