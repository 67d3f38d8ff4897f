import { describe, expect, test } from 'vitest'
import { runImport } from '../../src/index.js'
import { archived, database, SERVERS } from './referring.js'

const table = (type: string): string => `CREATE TABLE t (id ${type} PRIMARY KEY, email text NOT NULL UNIQUE)`

describe.each(SERVERS)('a new row whose key another row of the target has, %s', (server) => {
  const run = async (type: string, here: string, there: string): Promise<{ imported: Promise<unknown>; rows: () => Promise<readonly string[]> }> => {
    const into = await database(server, `${table(type)}; INSERT INTO t VALUES ${there}`)
    const options = await archived(await database(server, `${table(type)}; INSERT INTO t VALUES ${here}`), into, {})
    return { imported: runImport(options), rows: async () => into.rows('SELECT CAST(id AS text), email FROM t ORDER BY email') }
  }

  test('gets a number above all that either side knows', async () => {
    for (const type of server === 'SQLite' ? ['integer'] : ['smallint', 'bigint']) {
      const { imported, rows } = await run(type, "(1, 'b'), (40, 'c')", "(1, 'a'), (30, 'z')")
      await imported
      expect([type, await rows()]).toEqual([type, ['1|a', '41|b', '40|c', '30|z']])
    }
  })

  test('is refused where the column has no higher number', async () => {
    const [type, last] = server === 'SQLite' ? ['integer', '9223372036854775807'] : ['smallint', '32767']
    const { imported, rows } = await run(type, "(1, 'b')", `(1, 'a'), (${last}, 'z')`)
    await expect(imported).rejects.toMatchObject({ code: 'ROW_REFUSED', place: { table: 't', column: 'id' }, message: expect.stringContaining(last) as string })
    expect(await rows()).toEqual(['1|a', `${last}|z`])
  })
})
