import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { databaseFile, scratchFolder } from '../../test/sqlite/scratch.js'
import { openArchive, type Archive } from '../archive/open-archive.js'
import { emptyProfile, type Profile } from '../profiles/profile.js'
import { exportStore } from './export-store.js'
import { pickRows } from './pick-rows.js'
import { gatherRejectStubs, type RejectStubs } from './reject-stubs.js'

const DDL = `
  CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES nodes (id), name TEXT NOT NULL, text TEXT);
  CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, bio TEXT);
  CREATE TABLE items (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, node_id INTEGER REFERENCES nodes (id), owner_id INTEGER REFERENCES users (id), twin_id INTEGER REFERENCES items (id));
  INSERT INTO users VALUES (1, 'ann@x', 'a'), (2, 'bob@x', 'b');
  INSERT INTO nodes VALUES (5, NULL, 'root', 'r'), (6, 5, 'docs', 'd'), (7, 6, 'help', 'h'), (8, 5, 'else', 'e');
  INSERT INTO items VALUES (1, 'one', 8, 1, NULL), (2, 'two', 7, 2, 1), (3, 'three', NULL, 2, 2);
`
const PROFILE: Profile = { ...emptyProfile, identities: { nodes: [['parent_id', 'name']] } }

async function archiveOf(include: readonly string[] = []): Promise<Archive> {
  const output = join(scratchFolder(), 'a.tar.gz')
  await exportStore({ store: databaseFile(DDL), output, profile: PROFILE, include })
  const archive = await openArchive(output)
  onTestFinished(() => archive.close())
  return archive
}

/** Stubs of the items in these places. */
async function gather(archive: Archive, numbers: readonly number[]): Promise<RejectStubs> {
  const rejected = archive.schema.schema.tables.filter(({ id }) => id === 'items')
  const stubs = await gatherRejectStubs({ archive, profile: PROFILE, tables: [], rejected, rows: (id) => pickRows(archive.rows(id), numbers), signal: undefined })
  onTestFinished(() => stubs.close())
  return stubs
}

async function linesOf(stubs: RejectStubs): Promise<Record<string, string[]>> {
  const lines: Record<string, string[]> = {}
  for (const id of Object.keys(stubs.stubs)) {
    let text = ''
    for await (const { bytes } of stubs.rows(id)) text += bytes.toString()
    lines[id] = text.trimEnd().split('\n').sort()
  }
  return lines
}

const WHOLE = {
  nodes: ['{"id":5,"parent_id":null,"name":"root"}', '{"id":6,"parent_id":5,"name":"docs"}', '{"id":7,"parent_id":6,"name":"help"}'],
  users: ['{"id":2,"email":"bob@x"}'],
  items: ['{"id":1,"label":"one"}'],
}

test('rejected rows take along the identities of what they refer to, and of what these identities need', async () => {
  const stubs = await gather(await archiveOf(), [2])
  expect(await linesOf(stubs)).toEqual(WHOLE)
  expect(stubs.stubs).toEqual({ nodes: ['id', 'parent_id', 'name'], users: ['id', 'email'], items: ['id', 'label'] })
  expect(stubs.tables.map(({ id, columns }) => [id, columns.map(({ name }) => name)]).sort()).toEqual([['nodes', ['id', 'parent_id', 'name']], ['users', ['id', 'email']]])
})

test('a row that is rejected itself needs no stub', async () => {
  expect(await linesOf(await gather(await archiveOf(), [1, 2]))).toMatchObject({ users: ['{"id":1,"email":"ann@x"}', '{"id":2,"email":"bob@x"}'] })
  expect((await gather(await archiveOf(), [1, 2])).stubs).not.toHaveProperty('items')
})

test('stubs of the archive are passed on', async () => {
  const archive = await archiveOf(['items'])
  expect(archive.schema.schema.tables.map(({ id }) => id)).toEqual(['items'])
  expect(await linesOf(await gather(archive, [2]))).toEqual(WHOLE)
})

test('without references there are none', async () => {
  const archive = await archiveOf()
  const users = archive.schema.schema.tables.filter(({ id }) => id === 'users')
  const stubs = await gatherRejectStubs({ archive, profile: PROFILE, tables: [], rejected: users, rows: (id) => archive.rows(id), signal: undefined })
  onTestFinished(() => stubs.close())
  expect([stubs.stubs, stubs.tables]).toEqual([{}, []])
})
