import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'
import { Kept, type HostProps } from './host.js'
import { sampleDatabase } from './sample.js'

interface ExportDocument {
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
}

let cwd = ''
const run = async (line: string, props: HostProps = {}): Promise<Ran> => holdall(line.split(' '), { cwd, ...props })

beforeEach(async () => {
  cwd = testFolder()
  sampleDatabase(join(cwd, 'app.db'))
  const exported = await run('export --store app.db --output app.tar.gz --quiet')
  expect([exported.code, exported.out, exported.err]).toEqual([0, '', ''])
})

describe('export', () => {
  test('says what it wrote on stdout and a line for each table on stderr', async () => {
    const { code, out, err } = await run('export -s app.db -o again.tar.gz')
    expect(code).toBe(0)
    expect(out).toMatch(/^table +rows +size\n/)
    expect(out).toMatch(/\nusers +3 +/)
    expect(out).toMatch(/Exported 8 rows of .*app\.db to .*again\.tar\.gz: .* in [\d.]+ s\.\nsha256 [0-9a-f]{64}\n/)
    expect(err).toMatch(/^users: read 3 rows in [\d.]+ s$/m)
    expect(err).toMatch(/^orders: read 3 rows in [\d.]+ s$/m)
  })

  test('to standard output writes the archive there and the report on stderr', async () => {
    const { code, bytes, err } = await run('export -s app.db -o - --json')
    expect(code).toBe(0)
    expect(bytes.subarray(0, 2).toString('hex')).toBe('1f8b')
    const lines = err.trimEnd().split('\n').map((line) => JSON.parse(line) as { message_type: string })
    expect(lines.at(-1)).toMatchObject({ message_type: 'result', command: 'export', output: '-', rows: 8, sha256: null })
    writeFileSync(join(cwd, 'piped.tar.gz'), bytes)
    expect((await run('verify piped.tar.gz')).code).toBe(0)
  })

  test('takes a part: include, exclude, where', async () => {
    const { json } = await holdall(['export', '-s', 'app.db', '-o', 'part.tar.gz', '--include', 'users,ord*', '--where', 'orders=total > 100', '--json'], { cwd })
    expect(new Map((json as ExportDocument).tables.map(({ table, rows }) => [table, rows]))).toEqual(new Map([['users', 3], ['orders', 1]]))
    const { json: rest } = await run('export -s app.db -o rest.tar.gz --exclude users --exclude orders --json')
    expect((rest as ExportDocument).tables.map((table) => table.table)).toEqual(['注文 table'])
  })

  test('does not replace a file unless told to', async () => {
    const before = readFileSync(join(cwd, 'app.tar.gz'))
    const refused = await run('export -s app.db -o app.tar.gz')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('[OUTPUT_EXISTS]')
    expect(readFileSync(join(cwd, 'app.tar.gz')).equals(before)).toBe(true)
    expect((await run('export -s app.db -o app.tar.gz --overwrite')).code).toBe(0)
  })

  test('of a store that is not there ends with 10 and leaves nothing behind', async () => {
    const { code, err } = await run('export -s ap.db -o new.tar.gz')
    expect([code, existsSync(join(cwd, 'new.tar.gz')), existsSync(join(cwd, 'ap.db'))]).toEqual([10, false, false])
    expect(err).toContain('[STORE_NOT_FOUND]')
  })

  test('of a table that is not there lists near names', async () => {
    const { code, err } = await run('export -s app.db -o new.tar.gz --include user')
    expect(code).toBe(10)
    expect(err).toContain('users')
    expect(readdirSync(cwd).sort()).toEqual(['app.db', 'app.tar.gz'])
  })

  test('takes its settings from variables', async () => {
    const env = { HOLDALL_STORE: 'app.db', HOLDALL_OUTPUT: 'env.json', HOLDALL_FORMAT: 'json', HOLDALL_INCLUDE: 'orders', HOLDALL_JSON: '1' }
    const { code, json } = await run('export', { env })
    expect([code, json]).toMatchObject([0, { format: 'json', rows: 3 }])
    expect(statSync(join(cwd, 'env.json')).mode & 0o777).toBe(0o600)
  })
})

describe('import', () => {
  test('into a new file, then again: everything is unchanged', async () => {
    const first = await run('import app.tar.gz -s copy.db --create')
    expect(first.code).toBe(0)
    expect(first.out).toMatch(/^table +new +changed +unchanged +kept +deleted\n/)
    expect(first.out).toMatch(/Imported 8 rows into .*copy\.db by merge: 8 new/)
    const second = await run('import app.tar.gz -s copy.db')
    expect(second.code).toBe(0)
    expect(second.out).toMatch(/Nothing to do: all 8 rows are unchanged in .*copy\.db/)
    expect(contents(join(cwd, 'copy.db'))).toEqual(contents(join(cwd, 'app.db')))
  })

  test('a dry run says would, shows rows, and changes nothing', async () => {
    alter('UPDATE users SET boss_id = 2 WHERE id = 3; DELETE FROM orders WHERE id = 12; INSERT INTO orders VALUES (13, 3, 1)')
    const before = contents(join(cwd, 'app.db'))
    const { code, out } = await run('import app.tar.gz -s app.db --dry-run')
    expect(code).toBe(0)
    expect(out).toContain('Examples:\n')
    expect(out).toContain('users, changed: name="Cy" (boss_id)')
    expect(out).toMatch(/Recognised by:\n(?: {2}.*\n)*? {2}orders by id\n {2}users by name\n/)
    expect(out).toMatch(/Cycles:\n {2}orders, users: /)
    expect(out).toContain('orders, new: id=12')
    expect(out).toMatch(/Dry run, nothing was written .*It would import 8 rows into .* by merge: 1 new, 1 changed, 6 unchanged\./)
    expect(contents(join(cwd, 'app.db'))).toEqual(before)
  })

  test('the counts of a dry run are those of the run, for every strategy', async () => {
    for (const strategy of ['merge', 'skip', 'replace']) {
      alter("UPDATE users SET name = 'Anna' WHERE id = 1; DELETE FROM orders WHERE id IN (12, 14); INSERT INTO orders VALUES (14, 3, 1)")
      const flags = `import app.tar.gz -s app.db --strategy ${strategy} --yes --json`
      const plan = (await run(`${flags} --dry-run`)).json as { totals: unknown; dry_run: boolean }
      const done = (await run(flags)).json as { totals: unknown; dry_run: boolean }
      expect([strategy, done.totals, done.dry_run, plan.dry_run]).toEqual([strategy, plan.totals, false, true])
    }
  })

  test('fail-on-conflict ends with 4, in the dry run too', async () => {
    for (const flags of ['', ' --dry-run']) {
      const { code, err } = await run(`import app.tar.gz -s app.db --strategy fail-on-conflict${flags}`)
      expect([flags, code]).toEqual([flags, 4])
      expect(err).toContain('8 rows are in conflict with the target; nothing was imported [CONFLICT]')
      expect(err).toMatch(/- users: 3 rows, such as .*: the row is in the target already/)
    }
  })

  test('replace without a terminal and without --yes touches nothing and names the flag and the rows', async () => {
    alter("INSERT INTO orders VALUES (13, 3, 1)")
    const before = contents(join(cwd, 'app.db'))
    const refused = await run('import app.tar.gz -s app.db --strategy replace')
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/error: .*holds 9 rows in 3 tables .*\[CONFIRMATION_NEEDED\]/)
    expect(refused.err).toContain('  - orders: 4 rows')
    expect(refused.err).toContain('--yes')
    expect(contents(join(cwd, 'app.db'))).toEqual(before)
    const done = await run('import app.tar.gz -s app.db --strategy replace', { env: { HOLDALL_YES: 'true' } })
    expect([done.code, done.out.includes('1 deleted')]).toEqual([0, true])
  })

  test('from standard input', async () => {
    const stdin = Readable.from([readFileSync(join(cwd, 'app.tar.gz'))])
    const { code, json } = await run('import - -s copy.db --create --json', { stdin })
    expect([code, json]).toMatchObject([0, { totals: { new: 8 } }])
  })

  test.each([
    ['y', 0, 'Imported 8 rows'],
    ['n', 2, '[CONFIRMATION_NEEDED]'],
    ['\u0003', 130, '[INTERRUPTED]'],
  ])('replace on a terminal asks, and %j ends with %i', async (key, code, said) => {
    alter('DELETE FROM orders')
    const before = contents(join(cwd, 'app.db'))
    const stdin = Object.assign(new PassThrough(), { setRawMode: () => stdin })
    const stderr = new Kept(true)
    stderr.once('question', () => stdin.write(key))
    const ran = await run('import app.tar.gz -s app.db --strategy replace --no-color', { terminal: true, stdin, stderr })
    expect(stderr.text.replace(/[│\s]+/g, ' ')).toContain('holds 5 rows in 2 tables')
    expect([ran.code, (ran.out + stderr.text).includes(said)]).toEqual([code, true])
    if (code !== 0) expect(contents(join(cwd, 'app.db'))).toEqual(before)
  })

  test('--no-input keeps a terminal from being asked', async () => {
    const ran = await run('import app.tar.gz -s app.db --strategy replace --no-input', { terminal: true })
    expect([ran.code, ran.err.includes('--yes')]).toEqual([2, true])
  })

  test('--validate-only touches no database and needs none', async () => {
    const { code, out } = await run('import app.tar.gz --validate-only')
    expect([code, out.includes('is whole')]).toEqual([0, true])
  })

  test('a URL with a password is never shown', async () => {
    const target = new URL((await createDatabase()).url)
    target.password = 'wr0ng-s3cret'
    target.username = 'nobody'
    for (const flags of [[], ['--json'], ['--verbose']]) {
      const { code, out, err } = await holdall(['import', 'app.tar.gz', '--store', target.href, '--create', ...flags], { cwd })
      expect(code).not.toBe(0)
      expect(out + err).not.toContain('s3cret')
    }
  })
})

test('a truncated archive: verify and import end with 5 and name it, and nothing is imported', async () => {
  const whole = readFileSync(join(cwd, 'app.tar.gz'))
  writeFileSync(join(cwd, 'cut.tar.gz'), whole.subarray(0, Math.floor(whole.length / 2)))
  const verified = await run('verify cut.tar.gz')
  expect([verified.code, verified.out.includes('is damaged')]).toEqual([5, true])
  const { code, json } = await run('verify cut.tar.gz --json')
  const { ok, findings } = json as { ok: boolean; findings: { code: string }[] }
  expect([code, ok, findings[0]?.code]).toEqual([5, false, 'ARCHIVE_TRUNCATED'])
  expect((await run('import cut.tar.gz -s copy.db --create')).code).toBe(5)
  expect(existsSync(join(cwd, 'copy.db'))).toBe(false)
})

describe('inspect', () => {
  test('of an archive says where it comes from and what is in it', async () => {
    const { code, out } = await run('inspect app.tar.gz')
    expect(code).toBe(0)
    expect(out).toMatch(/^archive +.*app\.tar\.gz \(/)
    expect(out).toMatch(/\nsource +sqlite 3\./)
    expect(out).toMatch(/\nusers +3 +4 +1 /)
    expect(out).toContain('8 rows in 3 tables')
  })

  test('of a database says keys, references, and how each cycle is broken', async () => {
    const { code, out } = await run('inspect --store app.db')
    expect(code).toBe(0)
    expect(out).toMatch(/\n注文 table +2 +2 +a, b\n/)
    expect(out).toContain('orders.user_id → users (id), on delete cascade')
    expect(out).toMatch(/Cycles:\n(.*\n)* {2}orders, users: .*users\.first_order_id/)
    expect(out).toContain('users refers to itself: users.boss_id')
  })

  test('of a PostgreSQL database marks estimates', async () => {
    const database = await createDatabase()
    await database.run('CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)')
    const { code, out } = await holdall(['inspect'], { cwd, env: { HOLDALL_STORE: database.url } })
    expect(code).toBe(0)
    expect(out).toMatch(/\nt +~\d+ +1 +id\n/)
  })
})

function alter(sql: string): void {
  const database = new Database(join(cwd, 'app.db'))
  database.pragma('foreign_keys = OFF')
  database.exec(sql)
  database.close()
}

function contents(path: string): unknown {
  const database = new Database(path, { readonly: true })
  database.defaultSafeIntegers()
  try {
    return ['users', 'orders', '注文 table'].map((table) => database.prepare(`SELECT * FROM "${table}" ORDER BY 1`).all())
  } finally {
    database.close()
  }
}

describe('holdall.yaml', () => {
  const yaml = 'stores:\n  here: app.db\n  live:\n    url: postgres://app:${LIVE_PASSWORD}@127.0.0.1:1/app\n    profile: shop\nprofiles:\n  shop:\n    groups:\n      people: [users]\n'

  test('names stores, from the folder or by --config', async () => {
    writeFileSync(join(cwd, 'holdall.yaml'), yaml)
    expect((await run('export -s here -o named.tar.gz --json')).json).toMatchObject({ rows: 8 })
    const elsewhere = testFolder()
    const { code, json } = await holdall(['inspect', '-s', 'here', '--config', join(cwd, 'holdall.yaml'), '--json'], { cwd: elsewhere })
    expect([code, json]).toMatchObject([0, { engine: 'sqlite' }])
  })

  test('a wrong name lists near ones, and a password from the environment is not shown', async () => {
    writeFileSync(join(cwd, 'holdall.yaml'), yaml)
    const wrong = await run('export -s her -o x.tar.gz')
    expect([wrong.code, wrong.err.includes('here')]).toEqual([10, true])
    const unreachable = await run('export -s live -o x.tar.gz --verbose', { env: { LIVE_PASSWORD: 's3cret-word' } })
    expect([unreachable.code === 0, (unreachable.out + unreachable.err).includes('s3cret')]).toEqual([false, false])
  })

  test('that does not parse ends with 2', async () => {
    writeFileSync(join(cwd, 'holdall.yaml'), 'stores: [')
    const { code, err } = await run('export -s here -o x.tar.gz')
    expect([code, err.includes('[CONFIG_INVALID]')]).toEqual([2, true])
  })
})

test('--quiet says nothing of a whole archive', async () => {
  const { code, out, err } = await run('verify app.tar.gz --quiet')
  expect([code, out, err]).toEqual([0, '', ''])
})
