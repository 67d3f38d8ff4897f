import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diff, exportStore, planImport, runImport } from '../../src/index.js'
import { LOOM } from '../../src/profiles/loom.js'
import { counts } from '../merge/two-databases.js'
import { ENGINES, loomDatabase, scratch, type LoomDatabase } from './loom-database.js'

const one = async (database: LoomDatabase, sql: string): Promise<unknown> => Object.values((await database.rows(sql))[0] ?? {})[0]
const number = async (database: LoomDatabase, sql: string): Promise<number> => Number(await one(database, sql))

async function backup(database: LoomDatabase): Promise<string> {
  const output = join(scratch(), 'loom.tar.gz')
  await exportStore({ store: database.store, output, profile: LOOM, compressionLevel: 1 })
  return output
}

describe.each(ENGINES)('a backup of one Loom in another that was started, %s', (engine) => {
  test('brings nothing twice that every server makes for itself, and a second import changes nothing', async () => {
    const from = await loomDatabase(engine, { content: 'started', seed: 1 })
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    const ids = 'SELECT id FROM workflow_nodes UNION ALL SELECT id FROM workflow_edges ORDER BY id'
    const before = await into.rows(ids)
    expect(before).not.toEqual(await from.rows(ids))
    const options = { input: await backup(from), store: into.store, profile: LOOM }
    const plan = await planImport(options)
    const report = await runImport(options)
    expect(report.totals).toEqual(plan.totals)
    expect(report.totals.new).toBe(0)
    expect(await into.rows(ids)).toEqual(before)
    for (const [table, rows] of [['workflows', 4], ['workflow_nodes', 20], ['workflow_edges', 41], ['users', 1]] as const) expect(await number(into, `SELECT count(*) FROM ${table}`)).toBe(rows)
    const again = await runImport(options)
    expect(counts(again)).toEqual({ unchanged: again.totals.unchanged })
    expect((await diff({ a: from.store, b: into.store, profile: LOOM })).same).toBe(true)
  })

  test('of a server that was started again and again: as many edges as it has', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    const options = { input: await backup(from), store: into.store, profile: LOOM }
    const plan = await planImport(options)
    expect((await runImport(options)).totals).toEqual(plan.totals)
    for (const table of ['workflow_edges', 'workflow_nodes', 'users', 'logs', 'activity_feed']) {
      expect(await number(into, `SELECT count(*) FROM ${table}`)).toBe(await number(from, `SELECT count(*) FROM ${table}`))
    }
    const again = await runImport(options)
    expect(counts(again)).toEqual({ unchanged: again.totals.unchanged })
    expect((await diff({ a: from.store, b: into.store, profile: LOOM, exclude: engine === 'SQLite' ? [] : LOOM.leaveAlone })).same).toBe(true)
  })

  test('leads to the users who are there already, under the ids that they have there', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    const [user] = await from.rows(`SELECT id, username FROM users WHERE id IN (SELECT author_id FROM bead_comments) AND id IN (SELECT user_id FROM notifications) ORDER BY id`)
    const there = engine === 'SQLite' ? '1' : 'true'
    await into.run(`INSERT INTO users (id, username, role, is_active, created_at, updated_at) VALUES ('known-here', '${String(user?.['username'])}', 'user', ${there}, '2020-01-01 00:00:00', '2020-01-01 00:00:00')`)
    await from.run(`UPDATE bead_comments SET author_id = 'nobody' WHERE id = (SELECT min(id) FROM bead_comments WHERE author_id <> '${String(user?.['id'])}')`)
    await from.run(`UPDATE lessons SET source_agent_id = '', project_id = 'gone'`)
    const options = { input: await backup(from), store: into.store, profile: LOOM }
    await runImport(options)
    for (const [table, column] of [['bead_comments', 'author_id'], ['notifications', 'user_id'], ['request_logs', 'user_id'], ['comment_mentions', 'mentioned_user_id']] as const) {
      const held = await number(from, `SELECT count(*) FROM ${table} WHERE ${column} = '${String(user?.['id'])}'`)
      expect([table, await number(into, `SELECT count(*) FROM ${table} WHERE ${column} = 'known-here'`)]).toEqual([table, held])
      expect(await number(into, `SELECT count(*) FROM ${table} WHERE ${column} = '${String(user?.['id'])}'`)).toBe(0)
    }
    expect(await number(into, `SELECT count(*) FROM bead_comments WHERE author_id = 'nobody'`)).toBe(1)
    expect(await number(into, `SELECT count(*) FROM lessons WHERE source_agent_id = '' AND project_id = 'gone'`)).toBe(await number(from, 'SELECT count(*) FROM lessons'))
    expect(await one(into, `SELECT id FROM users WHERE username = '${String(user?.['username'])}'`)).toBe('known-here')
    const again = await runImport(options)
    expect(counts(again)).toEqual({ unchanged: again.totals.unchanged })
  })

  test.each(['null', 'skip'] as const)('takes rows that lead to nobody as they are, whatever --on-unresolved %s makes of others', async (onUnresolved) => {
    const from = await loomDatabase(engine, { content: 'sample' })
    await from.run(`UPDATE workflow_execution_history SET agent_id = 'deleted'; UPDATE request_logs SET user_id = 'nobody'`)
    const into = await loomDatabase(engine, { content: 'started', seed: 2 })
    await runImport({ input: await backup(from), store: into.store, profile: LOOM, onUnresolved })
    expect(await number(into, `SELECT count(*) FROM request_logs WHERE user_id = 'nobody'`)).toBe(await number(from, 'SELECT count(*) FROM request_logs'))
    expect(await number(into, `SELECT count(*) FROM workflow_execution_history WHERE agent_id = 'deleted'`)).toBe(await number(from, 'SELECT count(*) FROM workflow_execution_history'))
  })

  test('one execution a bead: its own id here, its history with it', async () => {
    const from = await loomDatabase(engine, { content: 'sample' })
    const into = await loomDatabase(engine, { content: 'sample' })
    const [execution] = await from.rows('SELECT id FROM workflow_executions WHERE id IN (SELECT execution_id FROM workflow_execution_history) ORDER BY id')
    const id = String(execution?.['id'])
    const steps = await number(from, `SELECT count(*) FROM workflow_execution_history WHERE execution_id = '${id}'`)
    await into.run(`DELETE FROM workflow_execution_history WHERE execution_id = '${id}'; UPDATE workflow_executions SET id = 'ran-here' WHERE id = '${id}'`)
    const report = await runImport({ input: await backup(from), store: into.store, profile: LOOM })
    expect(counts(report)).toEqual({ new: steps, unchanged: report.totals.unchanged })
    expect(await number(into, `SELECT count(*) FROM workflow_execution_history WHERE execution_id = 'ran-here'`)).toBe(steps)
  })
})
