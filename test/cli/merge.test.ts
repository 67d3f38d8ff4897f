import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { divergedDatabases, LIVE } from './diverged.js'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'

const SCHEMA = `
  CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, updated_at TEXT);
  CREATE TABLE pages (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES people (id), slug TEXT NOT NULL UNIQUE, title TEXT);
`
const THERE = `
  INSERT INTO people VALUES (1, 'ann@x', 'Ann', '2026-01-01'), (2, 'bob@x', 'Bob', '2026-01-01');
  INSERT INTO pages VALUES (1, 1, 'first', 'First'), (2, 2, 'second', 'Second');
`
const HERE = `
  INSERT INTO people VALUES (1, 'zoe@x', 'Zoe', '2026-01-01'), (7, 'bob@x', 'Bobby', '2026-03-01');
  INSERT INTO pages VALUES (1, 1, 'zoes', 'Of Zoe'), (2, 7, 'second', 'Second!');
`

let cwd = ''

function change(file: string, sql: string): void {
  const database = new Database(join(cwd, file))
  database.exec(sql)
  database.close()
}

/** Pages with the emails of their authors: what the data means, whatever its ids. */
function pages(file = 'here.db'): unknown[] {
  const database = new Database(join(cwd, file), { readonly: true })
  try {
    return database.prepare('SELECT slug, title, email, name FROM pages JOIN people ON people.id = author_id ORDER BY slug').raw().all()
  } finally {
    database.close()
  }
}

const run = (line: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> => holdall(line.split(' '), { cwd, env })

async function json(line: string): Promise<{ totals: Record<string, number>; tables: { table: string; strategy: string; examples: { class: string; key: string; reason: string | null }[] }[]; conflicts_file: string | null; rejects_file: string | null; base: string | null; notes: string[] }> {
  const ran = await run(`${line} --json`)
  expect(ran.code, ran.err).toBe(0)
  return ran.json as never
}

/** Lines of a conflicts file; `decide` fills in what it gives. */
function conflicts(file: string, decide: (line: Record<string, unknown>) => unknown = () => undefined, into = file): Record<string, unknown>[] {
  const lines = readFileSync(join(cwd, file), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  const decided = lines.map((line) => {
    const resolution = 'resolution' in line ? decide(line) : undefined
    return resolution === undefined ? line : { ...line, resolution }
  })
  writeFileSync(join(cwd, into), decided.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return lines
}

beforeEach(async () => {
  cwd = testFolder()
  change('there.db', SCHEMA + THERE)
  change('here.db', SCHEMA + HERE)
  expect((await run('export -s there.db -o there.tar.gz -q')).code).toBe(0)
})

describe('a merge into a database with other ids', () => {
  test('tells in a dry run by what rows are recognised, then does what it said; the second import changes nothing', async () => {
    const plan = await run('import there.tar.gz -s here.db --dry-run')
    expect(plan.out).toContain('Recognised by:\n  people by email\n  pages by slug\n')
    expect(plan.out).toContain('people, changed: email="bob@x" (name, updated_at)')
    expect(plan.out).toMatch(/It would import 4 rows into .*here\.db by merge: 2 new, 2 changed\./)
    const done = await run('import there.tar.gz -s here.db')
    expect(done.out).toMatch(/Imported 4 rows into .*here\.db by merge: 2 new, 2 changed/)
    expect(pages()).toEqual([['first', 'First', 'ann@x', 'Ann'], ['second', 'Second', 'bob@x', 'Bob'], ['zoes', 'Of Zoe', 'zoe@x', 'Zoe']])
    expect((await json('import there.tar.gz -s here.db')).totals).toMatchObject({ unchanged: 4, new: 0, changed: 0 })
  })

  test('takes another strategy for a table, from the flag or the variable', async () => {
    for (const [flag, env] of [[' --on-conflict pages=skip', {}], ['', { HOLDALL_ON_CONFLICT: 'pages=skip\n' }]] as const) {
      const { out } = await run(`import there.tar.gz -s here.db --dry-run${flag}`, env)
      expect([flag, /2 new, 1 changed, 1 kept/.test(out)]).toEqual([flag, true])
    }
    const report = await json('import there.tar.gz -s here.db --strategy keep-newer --on-conflict pages=merge')
    expect(report.tables.map(({ table, strategy }) => `${table} ${strategy}`)).toEqual(['people keep-newer', 'pages merge'])
    expect(pages()).toContainEqual(['second', 'Second', 'bob@x', 'Bobby'])
  })

  test('by columns that --match names', async () => {
    const { totals } = await json('import there.tar.gz -s here.db --match people=name --match people=email -n')
    expect(totals).toMatchObject({ new: 2, changed: 2 })
  })

  test.each([
    ['--on-conflict page=skip', 10, '--on-conflict names the table page, which is not there', 'Did you mean pages?'],
    ['--match page=slug', 10, '--match names the table page, which is not there', 'Did you mean pages?'],
    ['--match pages=slugs', 10, '--match names the column slugs, which is not there', 'Did you mean slug?'],
    ['--strategy keep-newer', 2, 'keep-newer compares when rows were last written, and pages has no column that says so', '--on-conflict'],
    ['--strategy three-way', 2, 'three-way needs the archive that both sides descend from', '--base'],
    ['--strategy three-way --base there.tar.gz', 2, 'the base is the archive itself', 'Name the archive'],
    ['--resolutions none.jsonl', 2, 'none.jsonl: there is no such file', 'line named'],
    ['--conflicts here.db', 2, 'here.db exists, and is no conflicts file', '--overwrite'],
    ['--overwrite --conflicts here.db', 2, 'here.db is the database itself', 'Choose another name'],
    ['--on-error reject --rejects there.db', 2, 'there.db exists', '--overwrite'],
  ])('with %s is refused', async (flags, code, message, hint) => {
    const before = readFileSync(join(cwd, 'here.db'))
    const refused = await run(`import there.tar.gz -s here.db ${flags}`)
    expect([refused.code, refused.out]).toEqual([code, ''])
    expect(refused.err).toContain(message)
    expect(refused.err).toContain(hint)
    expect(readFileSync(join(cwd, 'here.db')).equals(before)).toBe(true)
  })
})

describe('--prune', () => {
  test('asks, and deletes what the archive lacks', async () => {
    const refused = await run('import there.tar.gz -s here.db --prune')
    expect([refused.code, /holds 4 rows in 2 tables that --prune deletes where the archive lacks them.*\[CONFIRMATION_NEEDED\]/.test(refused.err)]).toEqual([2, true])
    const plan = await json('import there.tar.gz -s here.db --prune --dry-run')
    const done = await json('import there.tar.gz -s here.db --prune --yes')
    expect([plan.totals, plan.totals['deleted']]).toEqual([done.totals, 2])
    expect(pages()).toEqual(pages('there.db'))
  })

  test('is named beside replace where both delete', async () => {
    const refused = await run('import there.tar.gz -s here.db --prune --on-conflict pages=replace')
    expect(refused.err).toContain('that replace and --prune overwrite or delete where the archive differs')
    const some = await run('import there.tar.gz -s here.db --on-conflict pages=replace')
    expect(some.err).toContain('holds 2 rows in 1 table that replace overwrites or deletes where the archive differs')
  })
})

describe('conflicts', () => {
  const FAIL = 'import there.tar.gz -s here.db --strategy fail-on-conflict'

  test('are written, end with 4 and change nothing, in the dry run too', async () => {
    for (const flag of ['', ' --dry-run']) {
      const stopped = await run(`${FAIL} --conflicts conflicts.jsonl${flag}`)
      expect([flag, stopped.code]).toEqual([flag, 4])
      expect(stopped.err).toContain('2 rows are in conflict with the target; nothing was imported [CONFLICT]')
      expect(stopped.err).toMatch(/Fill in the resolutions in .*conflicts\.jsonl and pass it with --resolutions\./)
      expect(conflicts('conflicts.jsonl').slice(1)).toMatchObject([
        { table: 'people', conflicts: 1, resolution: null },
        { table: 'people', row: 2, key: 'email="bob@x"', reason: 'exists', columns: ['name', 'updated_at'], ours: { name: 'Bobby' }, theirs: { name: 'Bob' } },
        { table: 'pages', conflicts: 1, resolution: null },
        { table: 'pages', row: 2, key: 'slug="second"', reason: 'exists', columns: ['title'], resolution: null },
      ])
    }
    expect(pages()).toHaveLength(2)
  })

  test('that are decided are imported, by row and by table', async () => {
    await run(`${FAIL} --conflicts conflicts.jsonl`)
    conflicts('conflicts.jsonl', ({ table, row }) => (table === 'people' && row !== undefined ? 'theirs' : table === 'pages' && row === undefined ? 'ours' : undefined), 'decided.jsonl')
    const plan = await json(`${FAIL} --resolutions decided.jsonl --dry-run`)
    const done = await json(`${FAIL} --resolutions decided.jsonl --conflicts conflicts.jsonl`)
    expect([plan.totals, done.totals]).toEqual([done.totals, { new: 2, changed: 1, unchanged: 0, kept: 1, deleted: 0, conflicting: 0, rejected: 0 }])
    expect(conflicts('conflicts.jsonl')).toMatchObject([{ conflicts: 0 }])
    expect(pages()).toContainEqual(['second', 'Second!', 'bob@x', 'Bob'])
  })

  test('that are decided in part are written again without what was decided, which is not written over', async () => {
    await run(`${FAIL} --conflicts conflicts.jsonl`)
    conflicts('conflicts.jsonl', ({ table }) => (table === 'people' ? 'ours' : undefined))
    const again = await run(`${FAIL} --conflicts conflicts.jsonl`)
    expect([again.code, again.err.includes('line 2 of it holds a resolution')]).toEqual([2, true])
    const rest = await run(`${FAIL} --resolutions conflicts.jsonl --conflicts rest.jsonl`)
    expect([rest.code, conflicts('rest.jsonl').map(({ table }) => table)]).toEqual([4, [undefined, 'pages', 'pages']])
  })

  test('decided about another database are taken with a note', async () => {
    await run(`${FAIL} --conflicts conflicts.jsonl`)
    conflicts('conflicts.jsonl', ({ row }) => (row === undefined ? 'theirs' : undefined))
    change('other.db', SCHEMA + HERE)
    const { notes } = await json('import there.tar.gz -s other.db --strategy fail-on-conflict --resolutions conflicts.jsonl')
    expect(notes).toEqual([expect.stringMatching(/^the resolutions were made for .*here\.db$/)])
  })

  test('of another archive are refused with the line', async () => {
    await run(`${FAIL} --conflicts conflicts.jsonl`)
    await run('export -s there.db -o later.tar.gz -q')
    const refused = await run('import later.tar.gz -s here.db --resolutions conflicts.jsonl')
    expect([refused.code, /conflicts\.jsonl, line 1: it is about the archive .*\[RESOLUTIONS_INVALID\]/.test(refused.err)]).toEqual([2, true])
  })
})

describe('--rejects', () => {
  const SKIP = 'import pages.tar.gz -s here.db --on-unresolved skip'

  beforeEach(async () => {
    expect((await run('export -s there.db -o pages.tar.gz --include pages -q')).code).toBe(0)
  })

  test.each(['rejects.tar.gz', 'rejects.json'])('keeps rows that were left out in %s, which is imported once the reason is gone', async (file) => {
    const plan = await run(`${SKIP} --rejects ${file} --dry-run`)
    expect([plan.code, plan.out.includes('pages, rejected: slug="first" (it refers to a row that is neither in the archive nor in the target)')]).toEqual([3, true])
    expect((await run(`${SKIP} --rejects ${file}`)).err).toContain(`${file} exists [OUTPUT_EXISTS]`)
    const done = await run(`${SKIP} --rejects ${file} --overwrite`)
    expect([done.code, /1 changed, 1 rejected/.test(done.out), new RegExp(`left out are in .*${file}`).test(done.out)]).toEqual([3, true, true])
    expect(statSync(join(cwd, file)).mode & 0o777).toBe(0o600)
    expect((await run(`import ${file} --validate-only`)).code).toBe(0)
    change('here.db', "INSERT INTO people VALUES (50, 'ann@x', 'Ann', NULL)")
    expect((await json(`import ${file} -s here.db`)).totals).toMatchObject({ new: 1, changed: 0 })
    expect(pages()).toContainEqual(['first', 'First', 'ann@x', 'Ann'])
    expect((await json(`import ${file} -s here.db`)).totals).toMatchObject({ new: 0, unchanged: 1 })
  })

  test('tells where each row stood and why it was left out', async () => {
    await run(`${SKIP} --rejects rejects.json`)
    const { export_metadata: told } = JSON.parse(readFileSync(join(cwd, 'rejects.json'), 'utf8')) as { export_metadata: Record<string, unknown> }
    const { export_id } = (await run('inspect pages.tar.gz --json')).json as { export_id: string }
    expect(told).toMatchObject({
      lineage: { derivedFrom: [export_id] },
      selection: { rejectsOf: export_id },
      rejects: [{ table: 'pages', row: 1, key: 'slug="first"', reason: 'unresolved', code: 'REFERENCE_UNRESOLVED', message: expect.stringContaining('author_id=1') as string }],
      rejectsNotListed: 0,
    })
  })

  test('follows references that only the target declares', async () => {
    change('loose.db', 'CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, updated_at TEXT); CREATE TABLE pages (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, slug TEXT NOT NULL UNIQUE, title TEXT)')
    change('loose.db', "INSERT INTO people VALUES (1, 'bob@x', 'Bobby', '2026-03-01'); INSERT INTO pages VALUES (1, 9, 'lost', 'Lost'), (2, 1, 'by-bob', 'By Bob'), (3, 9, 'by-bob-too', 'By Bob')")
    await run('export -s loose.db -o loose.tar.gz -q')
    expect((await run('import loose.tar.gz -s here.db --on-unresolved skip --rejects r.json')).code).toBe(3)
    expect(pages()).toContainEqual(['by-bob', 'By Bob', 'bob@x', 'Bobby'])
    const { tables } = JSON.parse(readFileSync(join(cwd, 'r.json'), 'utf8')) as { tables: Record<string, { slug: string }[]> }
    expect(Object.entries(tables).map(([table, rows]) => [table, rows.map(({ slug }) => slug)])).toEqual([['pages', ['lost', 'by-bob-too']]])
  })

  test('--on-error reject leaves out what breaks a constraint, and what refers to it, as the dry run says', async () => {
    change('strict.db', SCHEMA.replace('name TEXT', "name TEXT CHECK (name <> 'Ann')"))
    const line = 'import there.tar.gz -s strict.db --on-error reject --rejects rejects.tar.gz --overwrite'
    const plan = await run(`${line} --dry-run --json`)
    const done = await run(`${line} --json`)
    expect([plan.code, done.code]).toEqual([3, 3])
    const [planned, imported] = [plan.json, done.json] as { totals: unknown; tables: { examples: { class: string }[] }[] }[]
    expect(planned?.totals).toEqual(imported?.totals)
    expect(imported?.totals).toMatchObject({ new: 2, rejected: 2 })
    const rejected = imported?.tables.flatMap(({ examples }) => examples).filter((example) => example.class === 'rejected')
    expect(rejected).toMatchObject([{ key: 'email="ann@x"', reason: 'constraint' }, { key: 'slug="first"', reason: 'unresolved' }])
    expect(pages('strict.db')).toEqual([['second', 'Second', 'bob@x', 'Bob']])
    expect((await json('import rejects.tar.gz -s here.db')).totals).toMatchObject({ new: 2 })
    expect(pages()).toContainEqual(['first', 'First', 'ann@x', 'Ann'])
  })

  test('--on-error reject leaves out conflicts too, and still writes them', async () => {
    const done = await run('import there.tar.gz -s here.db --strategy fail-on-conflict --on-error reject --rejects rejects.tar.gz --conflicts conflicts.jsonl')
    expect([done.code, /2 new, 2 rejected/.test(done.out), conflicts('conflicts.jsonl').length]).toEqual([3, true, 5])
    expect(pages()).toContainEqual(['first', 'First', 'ann@x', 'Ann'])
  })

  test('writes no file where no row was left out', async () => {
    const done = await json('import there.tar.gz -s here.db --on-unresolved skip --rejects rejects.tar.gz')
    expect([done.rejects_file, existsSync(join(cwd, 'rejects.tar.gz'))]).toEqual([null, false])
  })
})

describe('three-way', () => {
  const MATCH = ' --match comments=page_id,written_at'
  const THREE_WAY = `import dev.tar.gz -s live.db --strategy three-way${MATCH}`

  beforeEach(async () => {
    await divergedDatabases(cwd)
    expect((await run('export -s dev.db -o dev.tar.gz -q --derived-from base.tar.gz')).code).toBe(0)
  })

  test('finds its base by lineage, takes what one side changed, and stops where both did', async () => {
    const plan = await run(`${THREE_WAY} -n`)
    expect(plan.code).toBe(4)
    expect(plan.out).toMatch(/3 new, 1 changed, 4 unchanged, 1 deleted, 1 conflicting/)
    expect(plan.out).toMatch(/The base is .*base\.tar\.gz\./)
    expect(plan.out).toContain('pages, conflicting: slug="about" (both sides changed the same column since the base)')
  })

  test('is decided column by column, and done once', async () => {
    await run(`${THREE_WAY} --conflicts c.jsonl`)
    expect(conflicts('c.jsonl', ({ row }) => (row === undefined ? undefined : { title: 'theirs' }))).toMatchObject([
      { conflicts: 1 }, { table: 'pages' }, { reason: 'both-changed', columns: ['title'], base: { title: 'About' }, ours: { title: 'About us' }, theirs: { title: 'About this site' } },
    ])
    const plan = await json(`${THREE_WAY} --resolutions c.jsonl -n`)
    const done = await json(`${THREE_WAY} --resolutions c.jsonl`)
    expect([plan.totals, done.base?.endsWith('base.tar.gz')]).toEqual([done.totals, true])
    const database = new Database(join(cwd, 'live.db'), { readonly: true })
    expect(database.prepare("SELECT name, bio FROM people WHERE email = 'ann@example.org'").raw().get()).toEqual(['Anna', 'Writes.'])
    expect(database.prepare('SELECT slug, title FROM pages ORDER BY slug').raw().all()).toEqual([['about', 'About this site'], ['help', 'Help'], ['news', 'News']])
    expect(database.prepare('SELECT email, text FROM comments JOIN people ON people.id = author_id ORDER BY written_at').raw().all()).toEqual([
      ['bob@example.org', 'Nice.'], ['ann@example.org', 'Thanks!'], ['cy@example.org', 'First!'], ['dan@example.org', 'It helps.'],
    ])
    database.close()
    expect((await run(`${THREE_WAY} --resolutions c.jsonl`)).out).toMatch(/Nothing to do: 8 rows unchanged, 1 kept in .*live\.db/)
  })

  test('with a base that the archive does not descend from says so, and without any is refused', async () => {
    await run('export -s dev.db -o again.tar.gz -q')
    const told = await run(`${THREE_WAY} --base again.tar.gz -n`)
    expect(told.err).toMatch(/note: the archive does not say that it descends from .*again\.tar\.gz/)
    rmSync(join(cwd, 'base.tar.gz'))
    const refused = await run(THREE_WAY)
    expect([refused.code, refused.err.includes('none of the archives that it descends from is in')]).toEqual([2, true])
  })

  test('goes into the other engine as well', async () => {
    const target = await createDatabase()
    expect((await run(`import base.tar.gz -s ${target.url} --create -q`)).code).toBe(0)
    await target.run(LIVE)
    const merge = `import dev.tar.gz -s ${target.url} --strategy three-way${MATCH}`
    expect((await run(`${merge} --conflicts c.jsonl`)).code).toBe(4)
    conflicts('c.jsonl', ({ row }) => (row === undefined ? undefined : { title: 'theirs' }))
    const plan = await json(`${merge} --resolutions c.jsonl -n`)
    const done = await json(`${merge} --resolutions c.jsonl`)
    expect([plan.totals, done.totals]).toEqual([done.totals, { new: 3, changed: 2, unchanged: 4, kept: 0, deleted: 1, conflicting: 0, rejected: 0 }])
    expect(await target.query('SELECT slug, title FROM pages ORDER BY slug')).toEqual([['about', 'About this site'], ['help', 'Help'], ['news', 'News']])
    expect((await json(`${merge} --resolutions c.jsonl`)).totals).toMatchObject({ new: 0, changed: 0, deleted: 0 })
  })
})
