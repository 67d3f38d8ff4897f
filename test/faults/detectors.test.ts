import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exportStore, runImport, verifyArchive } from '../../src/index.js'
import { archiveBytes, batch } from '../archive/testing.js'
import { createDatabase } from '../postgres/database.js'
import { faultyProxy } from './faulty-proxy.js'
import { type Content, dump, makePeople, peopleSql } from './people.js'
import { sceneFolder } from './scene.js'

/** Loses rows of `tags`, or changes nothing where it should, unless it is silenced. */
const SABOTEUR = `
  CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'INSERT' THEN IF NEW.tag = 'y' THEN RETURN NULL; END IF; RETURN NEW; END IF; RETURN NULL; END $$;
  CREATE TRIGGER lose BEFORE INSERT ON tags FOR EACH ROW EXECUTE FUNCTION lose();
  CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION lose()`

describe('an import that is sabotaged', () => {
  test.each<[string, Content, 'merge' | 'replace']>([
    ['loads', 'tables', 'merge'],
    ['merges', 'others', 'merge'],
    ['replaces', 'others', 'replace'],
  ])('notices, where it %s, rows that the database did not take, and changes nothing', async (_what, content, strategy) => {
    const folder = sceneFolder()
    const input = join(folder, 'from.tar.gz')
    await exportStore({ store: makePeople(join(folder, 'from.db'), 'rows'), output: input })
    const database = await createDatabase()
    const { url } = database
    await database.run(`${peopleSql('postgresql', content)}; ${SABOTEUR}`)
    const before = await dump(url)
    // The statement that silences triggers gets lost on its way.
    const proxy = await faultyProxy(url, (sql) => (/DISABLE TRIGGER|session_replication_role/.test(sql) ? 'SELECT 1' : sql))
    onTestFinished(() => proxy.restore())
    await expect(runImport({ input, store: proxy.url, strategy })).rejects.toMatchObject({ code: 'VERIFICATION_FAILED', exitCode: 5 })
    expect(await dump(url)).toBe(before)
    // And it is the sabotage that was noticed.
    expect((await runImport({ input, store: url, strategy })).totals.new).toBeGreaterThan(0)
  })
})

describe('rows that no Holdall wrote, with every checksum right', () => {
  test.each<[string, string]>([
    ['a value of another family', '{"id":"x","note":"a"}'],
    ['a key that is missing', '{"id":1}'],
    ['a key too many', '{"id":1,"note":"a","more":1}'],
    ['a key twice', '{"id":1,"id":2,"note":"a"}'],
    ['keys in another order', '{"note":"a","id":1}'],
    ['a list', '[1,"a"]'],
    ['half a row', '{"id":1,"note":"a"'],
    ['a number beyond its column', '{"id":9223372036854775808,"note":"a"}'],
    ['__proto__ as a key', '{"id":1,"__proto__":{"note":"a"}}'],
  ])('%s is found by verify, with its place, and refused by an import', async (_what, line) => {
    const folder = sceneFolder()
    const input = join(folder, 'odd.tar.gz')
    writeFileSync(input, await archiveBytes({ t: [batch(['{"id":7,"note":"good"}\n']), batch([`${line}\n`])] }))
    const { ok, findings } = await verifyArchive({ input })
    expect([ok, findings[0]]).toMatchObject([false, { code: 'ROW_INVALID', place: { table: 't', row: 2 } }])
    const store = join(folder, 'into.db')
    await expect(runImport({ input, store, create: true })).rejects.toMatchObject({ code: 'ROW_INVALID', place: { table: 't', row: 2 } })
    expect(await dump(store)).toBe('nothing')
  })
})

describe('a JSON document in which one bit has turned', () => {
  test('is refused, or said to be edited, or holds the same rows', async () => {
    const folder = sceneFolder()
    const input = join(folder, 'bent.json')
    await exportStore({ store: makePeople(join(folder, 'from.db'), 'rows'), output: input, format: 'json' })
    const whole = readFileSync(input)
    const rowsOf = async (): Promise<string> => {
      const store = join(folder, 'into.db')
      rmSync(store, { force: true })
      await runImport({ input, store: makePeople(store, 'tables') })
      return dump(store)
    }
    const honest = await rowsOf()
    const step = Number(process.env['HOLDALL_TEST_RUNS']) > 0 ? 1 : 61
    for (let at = 0; at < whole.length; at += step) {
      const bent = Buffer.from(whole)
      bent[at] = bent[at]! ^ (1 << (at % 8))
      writeFileSync(input, bent)
      const { ok, notes } = await verifyArchive({ input })
      if (!ok || notes.some((note) => note.includes('changed after it was exported'))) continue
      const rows = await rowsOf().catch((error: unknown) => (error as { code?: string }).code)
      expect([honest, 'SCHEMA_DRIFT', 'TABLE_NOT_FOUND'], `byte ${at}: ${whole.toString('latin1', at - 20, at + 20)}`).toContain(rows)
    }
  })
})
