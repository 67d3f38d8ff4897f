import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exportStore, inspectArchive, runImport, type Profile } from '../../src/index.js'
import { parseConfig } from '../../src/profiles/parse-config.js'
import { ENGINES, scratch, smallDatabase } from '../merge/two-databases.js'

const YAML = `profiles:
  shop:
    project:
      projects: [id]
      tasks: [project_id]
      steps:
        - { column: task_id, table: tasks, by: project_id }
        - { column: task_id, table: shares, targetColumn: task_id, by: project_id }
      elsewhere: [project_id]
      shares: [project_id]
    references:
      steps: [{ columns: [worker], table: workers, optional: true }]
`
const profile = parseConfig(YAML, '/holdall.yaml', '/', {}).profiles['shop'] as Profile

const SCRIPT = `CREATE TABLE projects (id INTEGER NOT NULL PRIMARY KEY, name TEXT);
CREATE TABLE workers (id TEXT NOT NULL PRIMARY KEY);
CREATE TABLE tasks (id TEXT NOT NULL PRIMARY KEY, project_id INTEGER REFERENCES projects (id));
CREATE TABLE shares (task_id TEXT NOT NULL REFERENCES tasks (id), project_id INTEGER NOT NULL, PRIMARY KEY (task_id, project_id));
CREATE TABLE steps (id TEXT NOT NULL PRIMARY KEY, task_id TEXT NOT NULL, worker TEXT NOT NULL);
CREATE TABLE settings (name TEXT NOT NULL PRIMARY KEY);
INSERT INTO projects VALUES (1, 'one'), (2, 'two'), (12, 'twelve');
INSERT INTO workers VALUES ('w1'), ('w2'), ('w3');
INSERT INTO tasks VALUES ('a', 1), ('b', 2), ('c', NULL), ('d', 12);
INSERT INTO shares VALUES ('b', 1);
INSERT INTO steps VALUES ('a1', 'a', 'w1'), ('b1', 'b', 'gone'), ('b2', 'b', 'w2'), ('c1', 'c', 'w3'), ('d1', 'd', '');
INSERT INTO settings VALUES ('colour');`

describe.each(ENGINES)('--project by a profile of holdall.yaml, %s', (engine) => {
  test('takes rows that belong by any of the ways, by ids that are numbers too, and no table that nothing leads to', async () => {
    const from = await smallDatabase(engine, SCRIPT)
    const into = await smallDatabase(engine, SCRIPT.replace(/^INSERT.*$/gm, ''))
    const output = join(scratch(), 'project.tar.gz')
    await exportStore({ store: from.store, output, profile, project: '1' })
    expect((await inspectArchive({ input: output })).tables.map(({ table, rows }) => `${table} ${rows}`).sort()).toEqual(['projects 2', 'shares 1', 'steps 3', 'tasks 2', 'workers 2'])
    await runImport({ input: output, store: into.store, profile })
    expect(await into.rows('SELECT id, worker FROM steps ORDER BY id')).toEqual(['a1|w1', 'b1|gone', 'b2|w2'])
    expect(await into.rows('SELECT id FROM projects ORDER BY id')).toEqual(['1', '2'])
  })

  test('has no taste for other ids: neither 1.0 nor words', async () => {
    const from = await smallDatabase(engine, SCRIPT)
    for (const project of ['1.0', ' 1', 'one', '3']) {
      await expect(exportStore({ store: from.store, output: join(scratch(), 'project.tar.gz'), profile, project })).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
    }
  })

  test('names what the database does not have', async () => {
    const from = await smallDatabase(engine, SCRIPT)
    const wrong = async (lines: string): Promise<unknown> => {
      const found = parseConfig(`profiles: { p: { project: { ${lines} } } }`, '/holdall.yaml', '/', {}).profiles['p']
      return exportStore({ store: from.store, output: join(scratch(), 'project.tar.gz'), profile: found, project: '1' })
    }
    await expect(wrong('tasks: [projectid]')).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND', hint: 'Did you mean project_id?' })
    await expect(wrong('steps: [{ column: task_id, table: tasks, by: projectid }]')).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND', place: { table: 'tasks' } })
    await expect(wrong('steps: [{ column: task_id, table: tasks, targetColumn: key, by: project_id }]')).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND' })
    await expect(wrong('steps: [{ column: task_id, table: shares, by: project_id }]')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(wrong('elsewhere: [project_id]')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(wrong('steps: [{ column: task_id, table: elsewhere, by: project_id }]')).rejects.toMatchObject({ code: 'USAGE' })
  })
})
