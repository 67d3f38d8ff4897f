import { describe, expect, test } from 'vitest'
import type { Profile } from '../../src/index.js'
import type { DeclaredReference } from '../../src/schema/declared-reference.js'
import { emptyProfile, frozenRecord } from '../../src/profiles/profile.js'
import { counts, ENGINES, importing, smallDatabase } from './two-databases.js'

const reference = (column: string, place: DeclaredReference['place'] = { kind: 'columns' }): DeclaredReference => ({ columns: [column], table: 'users', targetColumns: [], place, when: null, optional: true })
const profile: Profile = {
  ...emptyProfile,
  identities: frozenRecord([['users', [['name']]]]),
  references: frozenRecord([['notes', [reference('author'), reference('readers', { kind: 'inside', path: ['*'] }), reference('editors', { kind: 'list', separator: ',' })]]]),
}
const TABLES = `CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY, author TEXT NOT NULL, readers TEXT, editors TEXT);
`
const FROM = `${TABLES}INSERT INTO users VALUES ('u1', 'ann'), ('u2', 'bob');
INSERT INTO notes VALUES ('n1', 'u1', '["u1", "gone", "u2"]', 'u2,gone'), ('n2', 'gone', '[]', ''), ('n3', '', NULL, 'u1');`
const INTO = `${TABLES}INSERT INTO users VALUES ('x9', 'ann');`

describe.each(ENGINES)('optional references, %s', (engine) => {
  test.each(['fail', 'null', 'skip'] as const)('follow the rows that they lead to, and stay where they lead nowhere (%s)', async (onUnresolved) => {
    const into = await smallDatabase(engine, INTO)
    const { plan, run } = await importing(await smallDatabase(engine, FROM), into)
    expect(counts(await plan({ profile, onUnresolved }), 'notes')).toEqual({ new: 3 })
    const report = await run({ profile, onUnresolved })
    expect(counts(report, 'notes')).toEqual({ new: 3 })
    expect(report.notes).toEqual([])
    expect(await into.rows('SELECT id, author, readers, editors FROM notes ORDER BY id')).toEqual(['n1|x9|["x9", "gone", "u2"]|u2,gone', 'n2|gone|[]|', 'n3||NULL|x9'])
    expect(counts(await run({ profile, onUnresolved }))).toEqual({ unchanged: 5 })
  })

  test('hold nobody up whose row was left out', async () => {
    const from = await smallDatabase(engine, FROM)
    const into = await smallDatabase(engine, INTO)
    await into.run(`INSERT INTO users VALUES ('u2', 'somebody else')`)
    const { run } = await importing(from, into)
    const report = await run({ profile, onConflict: { users: 'fail-on-conflict' }, onError: 'reject', match: { users: [['id']] } })
    expect(counts(report, 'users')).toMatchObject({ rejected: 2 })
    expect(counts(report, 'notes')).toEqual({ new: 3 })
  })
})
