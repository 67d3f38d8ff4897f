import { expect, test } from 'vitest'
import { createDatabase } from './database.js'

test.each([[12], [18]] as const)('the test server speaks PostgreSQL %i', async (version) => {
  const database = await createDatabase(version)
  const [[shown]] = (await database.query('SHOW server_version_num')) as [[string]]
  expect(Math.floor(Number(shown) / 10000)).toBeGreaterThanOrEqual(12)
})
