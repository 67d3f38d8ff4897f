import { describe, expect, test } from 'vitest'
import { threeWay, type Sides } from './three-databases.js'
import { counts, ENGINES } from './two-databases.js'

/** Ids are handed out by each database: the same code has another id on every side. */
const ITEMS = 'CREATE TABLE items (id {id}, code text NOT NULL UNIQUE, a text, b text);\n'

type Cells = readonly [a: string | null, b: string | null]
type Case = readonly [code: string, base: Cells | null, theirs: Cells | null, ours: Cells | null]

const quoted = (cell: string | null): string => (cell === null ? 'NULL' : `'${cell}'`)

function items(cases: readonly Case[]): Sides {
  const side = (at: 1 | 2 | 3): string =>
    cases.flatMap((each, index) => {
      const cells = each[at]
      return cells === null ? [] : [`INSERT INTO items (id, code, a, b) VALUES (${(at === 3 ? 100 - index : at * 10 + index).toString()}, '${each[0]}', ${quoted(cells[0])}, ${quoted(cells[1])});\n`]
    }).join('')
  return { schema: ITEMS, base: side(1), theirs: side(2), ours: side(3) }
}

const AGREED: readonly Case[] = [
  ['same everywhere', ['1', '1'], ['1', '1'], ['1', '1']],
  ['changed there', ['1', '1'], ['2', '1'], ['1', '1']],
  ['changed here', ['1', '1'], ['1', '1'], ['2', '1']],
  ['changed to NULL there', ['1', '1'], [null, '1'], ['1', '1']],
  ['changed from NULL there', [null, '1'], ['', '1'], [null, '1']],
  ['changed on both sides, other columns', ['1', '1'], ['2', '1'], ['1', '3']],
  ['changed on both sides to the same', ['1', '1'], ['2', '2'], ['2', '2']],
  ['one column to the same, one only here', ['1', '1'], ['2', '1'], ['2', '3']],
  ['deleted there', ['1', '1'], null, ['1', '1']],
  ['deleted here', ['1', '1'], ['1', '1'], null],
  ['deleted on both sides', ['1', '1'], null, null],
  ['new there', null, ['1', '1'], null],
  ['new here', null, null, ['1', '1']],
  ['new on both sides, the same', null, ['1', '1'], ['1', '1']],
]

const DISPUTED: readonly Case[] = [
  ['both', ['1', '1'], ['2', '1'], ['3', '1']],
  ['both, and more', ['1', '1'], ['2', '2'], ['3', '1']],
  ['gone here', ['1', '1'], ['2', '1'], null],
  ['gone there', ['1', '1'], null, ['1', '2']],
  ['new on both', null, ['1', '1'], ['1', '2']],
]

describe.each(ENGINES)('three-way, %s', (engine) => {
  test('what only one side changed is taken or kept, column by column', async () => {
    const { ours, merge } = await threeWay(engine, items(AGREED))
    expect(await merge()).toEqual({ new: 1, changed: 4, unchanged: 3, kept: 3, deleted: 1 })
    expect(await ours.rows('SELECT code, a, b FROM items ORDER BY code')).toEqual([
      'changed from NULL there||1',
      'changed here|2|1',
      'changed on both sides to the same|2|2',
      'changed on both sides, other columns|2|3',
      'changed there|2|1',
      'changed to NULL there|NULL|1',
      'new here|1|1',
      'new on both sides, the same|1|1',
      'new there|1|1',
      'one column to the same, one only here|2|3',
      'same everywhere|1|1',
    ])
    expect(await ours.rows("SELECT id FROM items WHERE code IN ('changed there', 'changed on both sides, other columns') ORDER BY id")).toEqual(['95', '99'])
  })

  test('what both sides changed differently is a conflict, and nothing is written', async () => {
    const { ours, plan, run, conflicts } = await threeWay(engine, items(DISPUTED))
    const planned = await plan({ examples: 9 })
    expect(counts(planned)).toEqual({ conflicting: 5 })
    expect(planned.tables[0]?.examples.map(({ reason }) => reason)).toEqual(['both-changed', 'both-changed', 'deleted-here', 'both-changed', 'deleted-there'])
    const before = await ours.rows('SELECT * FROM items ORDER BY id')
    await expect(run()).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await ours.rows('SELECT * FROM items ORDER BY id')).toEqual(before)
    const told = await conflicts()
    expect(told.map(({ row, reason, columns, base, ours: here, theirs }) => [row, reason, columns, base?.['a'], here?.['a'], theirs?.['a']])).toEqual([
      [1, 'both-changed', ['a'], '1', '3', '2'],
      [2, 'both-changed', ['a'], '1', '3', '2'],
      [3, 'deleted-here', ['a'], '1', undefined, '2'],
      [4, 'both-changed', ['b'], undefined, '1', '1'],
      [null, 'deleted-there', ['b'], '1', '1', undefined],
    ])
    expect(told[4]).toMatchObject({ base: { code: 'gone there', b: '1' }, ours: { b: '2' }, theirs: null })
    expect(told[4]?.key).toContain('gone there')
  })

  test('conflicts are settled row by row as was decided', async () => {
    const theirs = await threeWay(engine, items(DISPUTED))
    const all = { resolutions: await theirs.resolutions((line) => (line.key === undefined ? null : 'theirs')) }
    expect(await theirs.merge(all)).toEqual({ new: 1, changed: 3, deleted: 1 })
    expect(await theirs.ours.rows('SELECT code, a, b FROM items ORDER BY code')).toEqual(['both|2|1', 'both, and more|2|2', 'gone here|2|1', 'new on both|1|1'])
    const ours = await threeWay(engine, items(DISPUTED))
    const none = { resolutions: await ours.resolutions((line) => (line.key === undefined ? null : 'ours')) }
    expect(await ours.merge(none)).toEqual({ changed: 1, kept: 3 })
    // What only they changed is no conflict, and is taken.
    expect(await ours.ours.rows('SELECT code, a, b FROM items ORDER BY code')).toEqual(['both|3|1', 'both, and more|3|2', 'gone there|1|2', 'new on both|1|2'])
  })

  test('conflicts are settled for a whole table, and column by column', async () => {
    const whole = await threeWay(engine, items(DISPUTED))
    const table = { resolutions: await whole.resolutions((line) => (line.key === undefined ? 'theirs' : line.key.includes('gone') ? 'ours' : null)) }
    expect(await whole.merge(table)).toEqual({ changed: 3, kept: 1 })
    expect(await whole.ours.rows('SELECT code, a, b FROM items ORDER BY code')).toEqual(['both|2|1', 'both, and more|2|2', 'gone there|1|2', 'new on both|1|1'])
    const columns = await threeWay(engine, items([['x', ['1', '1'], ['2', '2'], ['3', '3']], ['y', ['1', '1'], ['2', '2'], ['3', '3']], ['z', ['1', '1'], ['2', '2'], ['3', '1']]]))
    const mixed = { resolutions: await columns.resolutions(({ key = '' }) => (key.includes('x') ? { a: 'theirs' } : key.includes('y') ? { a: 'ours', b: 'ours' } : key.includes('z') ? { a: 'theirs', b: 'ours' } : null)) }
    expect(await columns.merge(mixed)).toEqual({ changed: 2, kept: 1 })
    expect(await columns.ours.rows('SELECT code, a, b FROM items ORDER BY code')).toEqual(['x|2|3', 'y|3|3', 'z|2|1'])
  })

  test('what was not decided stays a conflict', async () => {
    const { run, plan, resolutions } = await threeWay(engine, items(DISPUTED))
    const some = { resolutions: await resolutions(({ reason }) => (reason === 'both-changed' ? 'theirs' : null)) }
    expect(counts(await plan(some))).toEqual({ changed: 3, conflicting: 2 })
    await expect(run(some)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test('a row of the target that several rows of the archive may be was not deleted there', async () => {
    const schema = 'CREATE TABLE cards (id {id}, name text, query text);\n'
    const card = (id: number, name: string | null, query: string): string => `INSERT INTO cards (id, name, query) VALUES (${id}, ${quoted(name)}, '${query}');\n`
    const { plan, merge, ours, resolutions } = await threeWay(engine, {
      schema,
      base: card(1, 'sales', 'x') + card(2, 'costs', 'x') + card(3, null, 'x'),
      theirs: card(1, 'sales', 'y') + card(2, 'sales', 'z'),
      ours: card(11, 'sales', 'x') + card(12, 'costs', 'x') + card(13, null, 'x'),
    })
    const byName = { match: { cards: [['name']] } }
    expect(counts(await plan(byName))).toEqual({ conflicting: 2, deleted: 1 })
    expect(await merge({ ...byName, resolutions: await resolutions((line) => (line.key === undefined ? 'ours' : null), byName) })).toEqual({ kept: 2, deleted: 1 })
    expect(await ours.rows('SELECT id FROM cards ORDER BY id')).toEqual(['11', '13'])
  })

  test('with prune all rows of the target go that the archive lacks, changed here or not', async () => {
    const { merge, ours } = await threeWay(engine, items([...AGREED, ['gone there', ['1', '1'], null, ['1', '2']]]))
    expect(await merge({ prune: true })).toEqual({ new: 1, changed: 4, unchanged: 3, kept: 3, deleted: 3 })
    expect(await ours.rows("SELECT code FROM items WHERE code IN ('new here', 'gone there', 'deleted there')")).toEqual([])
  })

  test('rows deleted here are not brought back, even where nothing is left', async () => {
    const { ours, merge } = await threeWay(engine, items([['a', ['1', '1'], ['1', '1'], null], ['b', ['1', '1'], ['1', '1'], null], ['c', null, ['1', '1'], null]]))
    expect(await merge()).toEqual({ new: 1, kept: 2 })
    expect(await ours.rows('SELECT code FROM items')).toEqual(['c'])
  })

  test('unique values change hands with what is merged', async () => {
    const schema = 'CREATE TABLE seats (id {id}, code text NOT NULL UNIQUE, place integer UNIQUE, note text);\n'
    const seats = (...rows: string[]): string => rows.map((row) => `INSERT INTO seats (id, code, place, note) VALUES (${row});\n`).join('')
    const { ours, merge } = await threeWay(engine, {
      schema,
      base: seats("1, 'a', 1, 'x'", "2, 'b', 2, 'x'", "3, 'c', 3, 'x'"),
      theirs: seats("5, 'a', 2, 'x'", "6, 'b', 1, 'x'", "7, 'd', 3, 'x'"),
      ours: seats("11, 'a', 1, 'y'", "12, 'b', 2, 'x'", "13, 'c', 3, 'x'"),
    })
    expect(await merge({ match: { seats: [['code']] } })).toEqual({ new: 1, changed: 2, deleted: 1 })
    expect(await ours.rows('SELECT code, place, note FROM seats ORDER BY code')).toEqual(['a|2|y', 'b|1|x', 'd|3|x'])
  })
})

const TASKS = `CREATE TABLE people (id {id}, email text NOT NULL UNIQUE, boss_id integer REFERENCES people (id));
CREATE TABLE tasks (id {id}, code text NOT NULL UNIQUE, title text, owner_id integer REFERENCES people (id));
CREATE TABLE tags (task_id integer NOT NULL REFERENCES tasks (id), tag text NOT NULL, weight integer, PRIMARY KEY (task_id, tag));
CREATE TABLE notes (body text, about integer REFERENCES tasks (id));
`

interface World {
  /** Emails with their bosses, who come before them. */
  readonly people: readonly (readonly [email: string, boss: string | null])[]
  readonly tasks: readonly (readonly [code: string, title: string, owner: string | null])[]
  readonly tags?: readonly (readonly [task: string, tag: string, weight: number])[]
  readonly notes?: readonly (readonly [body: string, about: string | null])[]
}

/** The same world has other ids from another `first`. */
function world({ people, tasks, tags = [], notes = [] }: World, first: number): string {
  const person = (email: string | null): string => (email === null ? 'NULL' : String(first + people.findIndex((each) => each[0] === email)))
  const task = (code: string | null): string => (code === null ? 'NULL' : String(first * 2 + tasks.findIndex((each) => each[0] === code)))
  return [
    ...people.map(([email, boss]) => `INSERT INTO people (id, email, boss_id) VALUES (${person(email)}, '${email}', ${person(boss)});\n`),
    ...tasks.map(([code, title, owner]) => `INSERT INTO tasks (id, code, title, owner_id) VALUES (${task(code)}, '${code}', '${title}', ${person(owner)});\n`),
    ...tags.map(([of, tag, weight]) => `INSERT INTO tags (task_id, tag, weight) VALUES (${task(of)}, '${tag}', ${weight});\n`),
    ...notes.map(([body, about]) => `INSERT INTO notes (body, about) VALUES ('${body}', ${task(about)});\n`),
  ].join('')
}

const worlds = (base: World, theirs: World, ours: World): Sides => ({ schema: TASKS, base: world(base, 1), theirs: world(theirs, 2), ours: world(ours, 40) })

const OWNERS = 'SELECT t.code, p.email FROM tasks t LEFT JOIN people p ON p.id = t.owner_id ORDER BY t.code'

describe.each(ENGINES)('references three-way, %s', (engine) => {
  test('are the same where they mean the same row, whatever its id', async () => {
    const same: World = { people: [['ann', null], ['bob', 'ann'], ['cy', 'ann']], tasks: [['t1', 'x', 'ann'], ['t2', 'x', 'bob'], ['t3', 'x', null]], tags: [['t1', 'a', 1], ['t2', 'a', 1]], notes: [['n', 't1'], ['n', 't1']] }
    const turned: World = { ...same, people: [['ann', null], ['cy', 'ann'], ['bob', 'ann']], tasks: [...same.tasks].reverse() }
    const { merge } = await threeWay(engine, worlds(same, turned, same))
    expect(await merge()).toEqual({ unchanged: 10 })
  })

  test('that one side changed are taken or kept, also to rows that are new', async () => {
    const people: World['people'] = [['ann', null], ['bob', null]]
    const { ours, merge } = await threeWay(
      engine,
      worlds(
        { people, tasks: [['there', 'x', 'ann'], ['here', 'x', 'ann'], ['both', 'x', 'ann'], ['none', 'x', 'ann']] },
        { people: [['new', null], ...people], tasks: [['there', 'x', 'new'], ['here', 'x', 'ann'], ['both', 'x', 'bob'], ['none', 'x', null]] },
        { people: [['own', null], ...people], tasks: [['there', 'y', 'ann'], ['here', 'x', 'own'], ['both', 'x', 'bob'], ['none', 'x', 'ann']] },
      ),
    )
    expect(await merge()).toEqual({ new: 1, changed: 2, unchanged: 3, kept: 1 })
    expect(await ours.rows(OWNERS)).toEqual(['both|bob', 'here|own', 'none|NULL', 'there|new'])
    expect(await ours.rows("SELECT title FROM tasks WHERE code = 'there'")).toEqual(['y'])
  })

  test('to different rows on both sides are a conflict', async () => {
    const people: World['people'] = [['ann', null], ['bob', null], ['cy', null]]
    const { conflicts, plan } = await threeWay(engine, worlds({ people, tasks: [['t', 'x', 'ann']] }, { people, tasks: [['t', 'x', 'bob']] }, { people, tasks: [['t', 'x', 'cy']] }))
    expect(counts(await plan(), 'tasks')).toEqual({ conflicting: 1 })
    expect(await conflicts()).toMatchObject([{ table: 'tasks', reason: 'both-changed', columns: ['owner_id'], base: { owner_id: '40' }, theirs: { owner_id: '41' }, ours: { owner_id: '42' } }])
  })

  test('of the base to a row that only the archive still has are known by the id it is to have', async () => {
    // `gone` was deleted here; the archive still has it as it was, so it would be new if it came.
    const all: World = { people: [['ann', null], ['gone', null]], tasks: [['t', 'x', 'gone']] }
    const { ours, merge } = await threeWay(engine, worlds(all, all, { people: [['ann', null]], tasks: [['t', 'x', 'ann']] }))
    expect(await merge()).toEqual({ unchanged: 1, kept: 2 })
    expect(await ours.rows(OWNERS)).toEqual(['t|ann'])
  })

  test('of the base to a row that nobody has equal nothing', async () => {
    // The base's id of `gone` is the id of somebody else on the other sides.
    const base: World = { people: [['ann', null], ['gone', null]], tasks: [['t', 'x', 'gone'], ['u', 'x', 'gone']] }
    const theirs: World = { people: [['bob', null], ['ann', null]], tasks: [['t', 'x', 'ann'], ['u', 'x', null]] }
    const ours: World = { people: [['ann', null], ['bob', null]], tasks: [['t', 'x', 'bob'], ['u', 'x', null]] }
    const merging = await threeWay(engine, { schema: TASKS, base: world(base, 1), theirs: world(theirs, 1), ours: world(ours, 1) })
    expect(counts(await merging.plan(), 'tasks')).toEqual({ conflicting: 1, unchanged: 1 })
    expect(await merging.conflicts()).toMatchObject([{ key: expect.stringContaining('t') as string, columns: ['owner_id'], base: { owner_id: null } }])
  })

  test('in keys and rows without any identity are merged like others', async () => {
    const people: World['people'] = [['ann', null]]
    const tasks: World['tasks'] = [['t1', 'x', 'ann'], ['t2', 'x', 'ann']]
    const { ours, merge } = await threeWay(
      engine,
      worlds(
        { people, tasks, tags: [['t1', 'a', 1], ['t1', 'b', 1], ['t2', 'a', 1], ['t2', 'b', 1]], notes: [['n', 't1'], ['n', 't1'], ['n', 't2'], ['m', null]] },
        { people, tasks: [['t3', 'x', 'ann'], ...tasks], tags: [['t1', 'a', 2], ['t2', 'a', 1], ['t2', 'b', 1], ['t3', 'a', 1]], notes: [['n', 't1'], ['n', 't2'], ['n', 't2'], ['m', null], ['o', 't3']] },
        { people, tasks, tags: [['t1', 'a', 1], ['t1', 'b', 1], ['t2', 'a', 3]], notes: [['n', 't1'], ['n', 't1'], ['n', 't2'], ['p', 't1']] },
      ),
    )
    // Deleted there: t1 b, one of the notes n of t1. Deleted here: t2 b, the note m. Kept: t2 a.
    expect(await merge()).toEqual({ new: 4, changed: 1, unchanged: 5, kept: 3, deleted: 2 })
    expect(await ours.rows('SELECT t.code, g.tag, g.weight FROM tags g JOIN tasks t ON t.id = g.task_id ORDER BY 1, 2')).toEqual(['t1|a|2', 't2|a|3', 't3|a|1'])
    expect(await ours.rows('SELECT n.body, t.code FROM notes n LEFT JOIN tasks t ON t.id = n.about ORDER BY 2, 1')).toEqual(['n|t1', 'p|t1', 'n|t2', 'n|t2', 'o|t3'])
  })

  test('of equal rows without an identity none goes or comes where one side has more and the other fewer', async () => {
    const notes = (...counts: readonly [string, number][]): World => ({ people: [], tasks: [], notes: counts.flatMap(([body, count]) => Array.from({ length: count }, () => [body, null] as const)) })
    const { ours, merge } = await threeWay(engine, worlds(notes(['fewer there', 2], ['more there', 2], ['more on both', 1], ['fewer on both', 3]), notes(['fewer there', 1], ['more there', 3], ['more on both', 3], ['fewer on both', 1]), notes(['fewer there', 3], ['more there', 1], ['more on both', 2], ['fewer on both', 2])))
    expect(await merge()).toEqual({ new: 1, kept: 2, unchanged: 5, deleted: 1 })
    expect(await ours.rows('SELECT body, count(*) FROM notes GROUP BY body ORDER BY body')).toEqual(['fewer on both|1', 'fewer there|3', 'more on both|3', 'more there|1'])
  })

  test('of an archive of one table are known by its stubs, and the other tables are left alone', async () => {
    const people: World['people'] = [['ann', null], ['bob', null], ['cy', null]]
    const { ours, merge } = await threeWay(
      engine,
      worlds({ people, tasks: [['t', 'x', 'ann'], ['u', 'x', 'ann'], ['v', 'x', 'bob']] }, { people: [...people].reverse(), tasks: [['t', 'x', 'bob'], ['u', 'x', 'ann']] }, { people, tasks: [['t', 'y', 'ann'], ['u', 'x', 'cy'], ['v', 'x', 'bob']] }),
      { include: ['tasks'] },
    )
    expect(await merge()).toEqual({ changed: 1, kept: 1, deleted: 1 })
    expect(await ours.rows(OWNERS)).toEqual(['t|bob', 'u|cy'])
    expect(await ours.rows('SELECT count(*) FROM people')).toEqual(['3'])
  })

  test('keep a deletion from leaving rows behind that refer to nothing', async () => {
    const base: World = { people: [['ann', null], ['bob', null]], tasks: [['t', 'x', 'ann']] }
    const theirs: World = { people: [['ann', null]], tasks: [['t', 'x', 'ann']] }
    const ours: World = { ...base, tasks: [['t', 'x', 'ann'], ['own', 'x', 'bob']] }
    const merging = await threeWay(engine, worlds(base, theirs, ours))
    await expect(merging.run()).rejects.toMatchObject({ code: expect.stringMatching(/^(REFERENCE_UNRESOLVED|CONSTRAINT_VIOLATED|CONFLICT)$/) as string })
    expect(await merging.ours.rows(OWNERS)).toEqual(['own|bob', 't|ann'])
  })
})

describe.each(ENGINES)('the base of a three-way import, %s', (engine) => {
  const row = (id: number, code: string, a: string, b: string | null): string => `INSERT INTO items (id, code, a, b) VALUES (${id}, '${code}', '${a}', ${quoted(b)});\n`

  test('that lacks a column holds NULL there', async () => {
    const { merge, ours } = await threeWay(engine, {
      schema: '',
      base: `CREATE TABLE items (id {id}, code text NOT NULL UNIQUE, a text);\n${['there', 'here', 'gone'].map((code, index) => `INSERT INTO items (id, code, a) VALUES (${index + 1}, '${code}', '1');\n`).join('')}`,
      theirs: ITEMS + row(5, 'there', '1', 'set') + row(6, 'here', '2', null),
      ours: ITEMS + row(7, 'there', '1', null) + row(8, 'here', '1', 'set') + row(9, 'gone', '1', null),
    })
    expect(await merge()).toEqual({ changed: 2, deleted: 1 })
    expect(await ours.rows('SELECT code, a, b FROM items ORDER BY id')).toEqual(['there|1|set', 'here|2|set'])
  })

  test('that lacks a table leaves it as if every row was new on its side', async () => {
    const { plan, conflicts } = await threeWay(engine, {
      schema: '',
      base: 'CREATE TABLE others (id {id});\n',
      theirs: ITEMS + row(1, 'same', '1', '1') + row(2, 'other', '1', '1') + row(3, 'new', '1', '1'),
      ours: ITEMS + row(4, 'same', '1', '1') + row(5, 'other', '2', '1') + row(6, 'own', '1', '1'),
    })
    expect(counts(await plan())).toEqual({ new: 1, unchanged: 1, conflicting: 1 })
    expect(await conflicts()).toMatchObject([{ reason: 'both-changed', columns: ['a'], base: null }])
  })

  test('tells nothing of rows that the archive was not to hold', async () => {
    const { merge, plan } = await threeWay(engine, items([['a', ['1', '1'], ['2', '1'], ['1', '1']], ['b', ['1', '1'], ['1', '1'], ['1', '1']]]), { where: { items: "code <> 'b'" } })
    expect((await plan()).notes.join()).toContain('only some rows')
    expect(await merge()).toEqual({ changed: 1 })
  })

  test('is for the tables that are merged three-way alone', async () => {
    const before: World = { people: [['ann', null], ['bob', null]], tasks: [['t', 'x', 'ann'], ['u', 'x', 'bob']] }
    const theirs: World = { people: [['bob', null]], tasks: [['t', 'y', null], ['u', 'x', 'bob']] }
    const here: World = { people: [['ann', null], ['bob', 'ann']], tasks: [['t', 'z', 'ann'], ['u', 'x', 'ann']] }
    const tasks = await threeWay(engine, worlds(before, theirs, here))
    await expect(tasks.run({ onConflict: { people: 'skip' } })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await tasks.conflicts({ onConflict: { people: 'skip' } })).toMatchObject([{ table: 'tasks', columns: ['title'] }])
    const people = await threeWay(engine, worlds(before, theirs, here))
    expect(counts(await people.run({ strategy: 'merge', onConflict: { tasks: 'three-way' }, resolutions: await people.resolutions((line) => (line.table === 'tasks' ? 'theirs' : null)) }))).toEqual({ changed: 2, kept: 1 })
    expect(await people.ours.rows(OWNERS)).toEqual(['t|NULL', 'u|ann'])
    expect(await people.ours.rows('SELECT email, boss_id FROM people ORDER BY email')).toEqual(['ann|NULL', 'bob|NULL'])
  })

  test('and the archive may come from PostgreSQL', async () => {
    const { ours, merge } = await threeWay(engine, items(AGREED), {}, 'PostgreSQL')
    expect(await merge()).toEqual({ new: 1, changed: 4, unchanged: 3, kept: 3, deleted: 1 })
    expect(await ours.rows("SELECT a, b FROM items WHERE code = 'changed on both sides, other columns'")).toEqual(['2|3'])
  })
})
