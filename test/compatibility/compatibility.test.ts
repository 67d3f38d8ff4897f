import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diff, exportStore, runImport, verifyArchive } from '../../src/index.js'
import { createDatabase } from '../postgres/database.js'
import { makePeople, peopleSql } from '../faults/people.js'
import { sceneFolder } from '../faults/scene.js'

/** What earlier versions wrote. Nothing here is ever written again; a version that writes otherwise adds its own. */
const ARCHIVES = join(import.meta.dirname, 'archives')
const FILES = readdirSync(ARCHIVES).filter((name) => /\.(?:tar\.gz|json)$/.test(name))

describe('what an earlier version wrote', () => {
  test.each(FILES.flatMap((file) => (['SQLite', 'PostgreSQL'] as const).map((engine) => [file, engine] as const)))('%s is whole, and can be imported into %s', async (file, engine) => {
    const folder = sceneFolder()
    const input = join(ARCHIVES, file)
    expect(await verifyArchive({ input })).toMatchObject({ ok: true, notes: [] })
    const store = engine === 'SQLite' ? join(folder, 'into.db') : (await createDatabase()).url
    expect((await runImport({ input, store, create: true })).totals).toMatchObject({ new: 11, conflicting: 0, rejected: 0 })
    expect((await runImport({ input, store })).totals).toMatchObject({ new: 0, changed: 0, unchanged: 11 })
    expect((await diff({ a: input, b: makePeople(join(folder, 'now.db'), 'rows') })).same).toBe(true)
  })

  // HOLDALL_WRITE_FIXTURES=0.2.0 adds those of a version, once, when it is released.
  const version = process.env['HOLDALL_WRITE_FIXTURES'] ?? ''
  test.skipIf(version === '')('is kept', async () => {
    const folder = sceneFolder()
    mkdirSync(ARCHIVES, { recursive: true })
    const postgresql = await createDatabase()
    await postgresql.run(peopleSql('postgresql', 'rows'))
    for (const [name, store] of [['sqlite', makePeople(join(folder, 'from.db'), 'rows')], ['postgresql', postgresql.url]] as const) {
      for (const [format, ending] of [['archive', 'tar.gz'], ['json', 'json']] as const) {
        const output = join(ARCHIVES, `${version}-${name}.${ending}`)
        if (!existsSync(output)) await exportStore({ store, output, format })
      }
    }
  })
})
