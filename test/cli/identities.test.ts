import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'
import type { HostProps } from './host.js'

let cwd = ''
const run = async (argv: readonly string[], props: HostProps = {}): Promise<Ran> => holdall(['inspect', ...argv], { cwd, ...props })

/** Lines of one section of the report, without their indent. */
function section(out: string, title: string): string[] {
  const lines = out.split('\n')
  const start = lines.indexOf(`${title}:`) + 1
  return start === 0 ? [] : lines.slice(start, lines.indexOf('', start)).map((line) => line.trim())
}

beforeEach(() => {
  cwd = testFolder()
  const db = new Database(join(cwd, 'app.db'))
  db.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL CONSTRAINT users_email UNIQUE, name TEXT);
    CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, member_ids TEXT, tags TEXT);
    CREATE TABLE members (project_id INTEGER REFERENCES projects (id), user_id INTEGER REFERENCES users (id), PRIMARY KEY (project_id, user_id));
    CREATE TABLE notes (id TEXT PRIMARY KEY, record_type TEXT, record_id TEXT);
    CREATE TABLE log (line TEXT);
  `)
  db.close()
  writeFileSync(
    join(cwd, 'holdall.yaml'),
    `stores:
  app: { url: app.db, profile: shop }
profiles:
  shop:
    identities:
      projects: [[name, tags], [name]]
      beads: [whatever]
    references:
      notes: [{ columns: [record_id], table: projects, when: { record_type: project } }]
      projects:
        - { columns: [member_ids], table: users, inside: '*' }
        - { columns: [tags], table: beads, list: ',' }
`,
  )
})

describe('holdall inspect --store', () => {
  test('says by what the rows of each table are recognised', async () => {
    const { code, out } = await run(['--store', 'app.db'])
    expect(code).toBe(0)
    expect(section(out, 'Identities')).toEqual([
      'log: the whole row',
      'projects: id (primary key, for want of another key)',
      'users: email (NOT NULL unique key users_email); id is given by each database',
      'members: project_id, user_id (primary key (reference to projects, reference to users))',
      'notes: id (primary key (text))',
    ])
    expect(section(out, 'References')).toEqual(['members.project_id → projects (id)', 'members.user_id → users (id)'])
  })

  test('follows the profile of the store, and marks its references', async () => {
    const { out } = await run(['--store', 'app'])
    expect(section(out, 'Identities')).toContain('projects: name, tags (declared by profile shop), else name (declared by profile shop); id is given by each database')
    expect(section(out, 'References')).toEqual([
      'members.project_id → projects (id)',
      'members.user_id → users (id)',
      'projects.member_ids → users (id), inside at *, by the profile',
      'projects.tags → beads, a list separated by ",", by the profile',
      'notes.record_id → projects (id), where record_type is project, by the profile',
    ])
  })

  test('gives the same as JSON', async () => {
    const { json } = await run(['--store', 'app', '--json'])
    expect(json).toMatchObject({
      identities: [
        { table: 'log', rules: [], surrogates: [] },
        {
          table: 'projects',
          rules: [
            { columns: ['name', 'tags'], origin: 'declared', because: 'declared by profile shop' },
            { columns: ['name'], origin: 'declared', because: 'declared by profile shop' },
          ],
          surrogates: ['id'],
        },
        { table: 'users', rules: [{ columns: ['email'], origin: 'unique', because: 'NOT NULL unique key users_email' }], surrogates: ['id'] },
        { table: 'members' },
        { table: 'notes', rules: [{ columns: ['id'], origin: 'primary-key', because: 'primary key (text)' }], surrogates: [] },
      ],
      declared_references: [
        { table: 'projects', columns: ['member_ids'], target: 'users', target_columns: ['id'], place: 'inside', path: ['*'], separator: null, when: null },
        { table: 'projects', columns: ['tags'], target: 'beads', target_columns: [], place: 'list', path: [], separator: ',', when: null },
        { table: 'notes', columns: ['record_id'], target: 'projects', target_columns: ['id'], place: 'columns', path: [], separator: null, when: { column: 'record_type', value: 'project' } },
      ],
    })
  })

  test.each<[string, string[], HostProps]>([
    ['--match', ['--match', 'projects=name', '--match', 'projects=id', '--match', 'log=line'], {}],
    ['its variable', [], { env: { HOLDALL_MATCH: 'projects=name\nprojects=id\nlog=line\n' } }],
  ])('follows %s before the profile', async (_name, argv, props) => {
    const { out } = await run(['--store', 'app', ...argv], props)
    expect(section(out, 'Identities')).toContain('projects: name (declared by --match), else id (declared by --match); id is given by each database')
    expect(section(out, 'Identities')).toContain('log: line (declared by --match)')
  })

  test.each([
    ['user=email', 10, 'TABLE_NOT_FOUND', '--match names the table user, which is not there'],
    ['users=emial', 10, 'COLUMN_NOT_FOUND', '--match names the column emial, which is not there'],
  ])('refuses --match %s', async (match, exit, name, message) => {
    const { code, out, err } = await run(['--store', 'app.db', '--match', match])
    expect([code, out]).toEqual([exit, ''])
    expect(err).toContain(`[${name}]`)
    expect(err).toContain(message)
    expect(err).toContain('Did you mean')
  })

  test('refuses a profile that names columns which are not there', async () => {
    writeFileSync(join(cwd, 'holdall.yaml'), 'stores: { app: { url: app.db, profile: shop } }\nprofiles: { shop: { identities: { users: [emial] } } }\n')
    const { code, err } = await run(['--store', 'app'])
    expect(code).toBe(10)
    expect(err).toContain('identities names the column emial, which is not there')
  })
})

test('a PostgreSQL database says it too', async () => {
  const database = await createDatabase()
  await database.run(`
    CREATE TABLE tags (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title varchar(80));
    CREATE TABLE events_tags (event_id uuid REFERENCES events, tag_id int REFERENCES tags, PRIMARY KEY (event_id, tag_id));
    CREATE TABLE codes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text, code text NOT NULL, UNIQUE NULLS NOT DISTINCT (kind, code));
    CREATE TABLE event_details (event_id uuid PRIMARY KEY REFERENCES events);
    CREATE TABLE sessions (token char(32) PRIMARY KEY);
    CREATE TABLE counters (id int PRIMARY KEY, n int);
  `)
  const { out } = await run(['--store', database.url])
  expect(section(out, 'Identities').sort()).toEqual([
    'codes: kind, code (NULLS NOT DISTINCT unique key codes_kind_code_key); id is given by each database',
    'counters: id (primary key, for want of another key)',
    'event_details: event_id (primary key (reference to events))',
    'events: id (primary key (uuid))',
    'events_tags: event_id, tag_id (primary key (reference to events, reference to tags))',
    'sessions: token (primary key (text))',
    'tags: name (NOT NULL unique key tags_name_key); id is given by each database',
  ])
})
