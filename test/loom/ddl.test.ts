import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLoom } from '../../src/cli/demo/loom/create-loom.js'
import type { Schema, Table } from '../../src/schema/schema.js'
import { openStore } from '../../src/stores/open-store.js'
import { testFolder } from '../cli/folder.js'
import { createDatabase } from '../postgres/database.js'

/** As counted in the application's own statements: columns, references and indexes, in SQLite and in PostgreSQL. */
const TABLES: readonly (readonly [table: string, columns: readonly [number, number], references: readonly [number, number], indexes: readonly [number, number]])[] = [
  ['providers', [31, 31], [0, 0], [1, 1]],
  ['projects', [17, 18], [1, 1], [1, 1]],
  ['org_charts', [9, 9], [2, 2], [1, 1]],
  ['org_chart_positions', [10, 10], [2, 2], [1, 1]],
  ['agents', [13, 13], [3, 3], [3, 3]],
  ['credentials', [10, 10], [1, 1], [1, 1]],
  ['workflows', [8, 8], [1, 1], [3, 3]],
  ['workflow_nodes', [11, 11], [1, 1], [3, 3]],
  ['workflow_edges', [7, 7], [1, 1], [3, 3]],
  ['workflow_executions', [12, 12], [2, 2], [4, 4]],
  ['workflow_execution_history', [8, 8], [1, 1], [4, 4]],
  ['users', [7, 7], [0, 0], [2, 2]],
  ['activity_feed', [20, 20], [3, 3], [6, 6]],
  ['notifications', [13, 13], [2, 2], [4, 4]],
  ['notification_preferences', [12, 12], [1, 1], [1, 1]],
  ['bead_comments', [10, 10], [1, 1], [4, 4]],
  ['comment_mentions', [6, 6], [2, 2], [3, 3]],
  ['conversation_contexts', [9, 9], [0, 0], [4, 4]],
  ['motivations', [22, 22], [2, 2], [4, 4]],
  ['motivation_triggers', [9, 9], [1, 1], [2, 2]],
  ['milestones', [13, 13], [2, 2], [3, 3]],
  ['lessons', [10, 10], [0, 0], [2, 2]],
  ['logs', [10, 10], [4, 0], [5, 5]],
  ['request_logs', [18, 16], [0, 0], [4, 3]],
  ['command_logs', [14, 14], [0, 0], [4, 4]],
  ['usage_patterns', [13, 13], [0, 0], [4, 4]],
  ['optimizations', [11, 11], [1, 1], [4, 4]],
  ['config_kv', [3, 3], [0, 0], [0, 0]],
  ['distributed_locks', [0, 5], [0, 0], [0, 1]],
  ['instances', [0, 6], [0, 0], [0, 1]],
]

async function emptySchema(engine: 'sqlite' | 'postgresql'): Promise<Schema> {
  const location = engine === 'sqlite' ? join(testFolder(), 'loom.db') : (await createDatabase()).url
  await createLoom(location, { rows: 0, content: 'empty' })
  const store = openStore(location)
  try {
    return (await store.snapshot()).schema
  } finally {
    await store.close()
  }
}

test.each([
  ['sqlite', 28, 0],
  ['postgresql', 30, 1],
] as const)('the tables of %s are those of the application', async (engine, count, side) => {
  const schema = await emptySchema(engine)
  expect(schema.tables).toHaveLength(count)
  const expected = TABLES.filter(([, columns]) => columns[side] > 0).map(([table, columns, references, indexes]) => [table, columns[side], references[side], indexes[side]])
  const found = schema.tables.map((table) => [table.name, table.columns.length, table.references.length, table.indexes.length])
  expect(found.sort()).toEqual(expected.sort())
  expect(schema.leftOut).toEqual([])

  const table = (name: string): Table => schema.tables.find((each) => each.name === name)!
  const unique = schema.tables.flatMap(({ name, uniques }) => uniques.map((key) => `${name}(${key.columns.join(',')})`))
  expect(unique.sort()).toEqual(['notification_preferences(user_id)', 'users(username)', 'workflow_executions(bead_id)', 'workflow_nodes(workflow_id,node_key)'])
  const selfish = schema.tables.flatMap(({ id, references }) => references.filter((reference) => reference.table === id).map((reference) => `${id}.${reference.columns[0]} ${reference.onDelete}`))
  expect(selfish.map((reference) => reference.replace(/^public\./, '')).sort()).toEqual([
    'bead_comments.parent_id cascade', 'milestones.parent_id set-null', 'org_chart_positions.reports_to set-null', 'org_charts.parent_id set-null', 'projects.parent_id set-null',
  ])
  const keys = schema.tables.map(({ name, primaryKey }) => `${name} ${primaryKey?.columns.join()}`).filter((key) => !key.endsWith(' id'))
  expect(keys.sort()).toEqual(['config_kv key', 'conversation_contexts session_id', ...(side === 1 ? ['distributed_locks lock_name', 'instances instance_id'] : [])])
  expect(table('optimizations').references[0]?.onDelete).toBe('no-action')
  expect(table('agents').columns.find(({ name }) => name === 'status')).toMatchObject({ nullable: false, default: engine === 'sqlite' ? "'idle'" : "'idle'::text" })
})

test('SQLite refers to a table that is not there, as the application does; PostgreSQL could not', async () => {
  const logs = (schema: Schema): readonly string[] => schema.tables.find(({ name }) => name === 'logs')!.references.map((reference) => reference.table)
  expect(logs(await emptySchema('sqlite'))).toContain('beads')
  expect(logs(await emptySchema('postgresql'))).toEqual([])
})

test('the two engines differ where the application does', async () => {
  const columns = async (engine: 'sqlite' | 'postgresql', name: string): Promise<Readonly<Record<string, string>>> => {
    const table = (await emptySchema(engine)).tables.find((each) => each.name === name)!
    return Object.fromEntries(table.columns.map((column) => [column.name, column.type.declared]))
  }
  expect(await columns('sqlite', 'providers')).toMatchObject({ tags_json: 'TEXT', is_shared: 'BOOLEAN', created_at: 'DATETIME' })
  expect(await columns('postgresql', 'providers')).toMatchObject({ tags: 'text[]', is_shared: 'boolean', created_at: 'timestamp without time zone', cost_per_mtoken: 'real' })
  expect(await columns('sqlite', 'request_logs')).toMatchObject({ id: 'TEXT', path: 'TEXT', model_name: 'TEXT' })
  expect(await columns('postgresql', 'request_logs')).toMatchObject({ id: 'integer', endpoint: 'text', model: 'text' })
  expect(await columns('postgresql', 'motivations')).toMatchObject({ cooldown_period_ns: 'bigint' })
  expect(await columns('postgresql', 'lessons')).toMatchObject({ embedding: 'bytea' })
  expect(await columns('postgresql', 'instances')).toMatchObject({ metadata: 'jsonb' })
})
