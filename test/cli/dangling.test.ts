import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import { testFolder } from './folder.js'
import { holdall, type Ran } from './holdall.js'
import type { HostProps } from './host.js'

let cwd = ''
const run = async (line: string, props: HostProps = {}): Promise<Ran> => holdall(line.split(' '), { cwd, ...props })

const ROWS = [['l1', 'b1', 'a'], ['l2', null, 'gone']]

function logs(path: string): unknown[] {
  const db = new Database(join(cwd, path), { readonly: true })
  try {
    return db.prepare('SELECT * FROM logs ORDER BY id').raw().all()
  } finally {
    db.close()
  }
}

beforeEach(async () => {
  cwd = testFolder()
  const db = new Database(join(cwd, 'app.db'))
  db.pragma('foreign_keys = off')
  db.exec(`CREATE TABLE agents (id TEXT PRIMARY KEY); CREATE TABLE logs (id TEXT PRIMARY KEY, bead_id TEXT REFERENCES beads (id), agent TEXT REFERENCES agents (id));
    INSERT INTO agents VALUES ('a'); INSERT INTO logs VALUES ('l1', 'b1', 'a'), ('l2', NULL, 'gone'); PRAGMA user_version = 12`)
  db.close()
  expect((await run('export -s app.db -o app.tar.gz --quiet')).code).toBe(0)
})

describe('an archive of a database whose references were broken already', () => {
  test('is called whole by verify, which names what leads nowhere and ends with 5', async () => {
    const { code, out, err } = await run('verify app.tar.gz')
    expect(code).toBe(5)
    expect(out).toContain('is whole, but references in it lead nowhere')
    expect(out).toContain('1 value of agent refers to no row of agents: "gone" (row 2)')
    expect(err).toContain('--on-unresolved keep')
  })

  test('is refused with the row named, and nothing is made', async () => {
    const { code, err } = await run('import app.tar.gz -s copy.db --create')
    expect(code).toBe(4)
    expect(err).toContain('[REFERENCE_UNRESOLVED]')
    expect(err).toContain('logs id="l2": agent="gone" is not in agents (id)')
    expect(err).toContain('--on-unresolved keep')
    expect(existsSync(join(cwd, 'copy.db'))).toBe(false)
  })

  test.each<[string, string, HostProps]>([
    ['the flag', ' --on-unresolved keep', {}],
    ['the variable', '', { env: { HOLDALL_ON_UNRESOLVED: 'keep' } }],
  ])('is restored as it was with %s, named in notes, and a second import needs no leave', async (_name, flag, props) => {
    const { code, err } = await run(`import app.tar.gz -s copy.db --create${flag}`, props)
    expect(code).toBe(0)
    expect(err).toContain('1 row of logs was kept as it is, referring to no row of agents: logs id="l2": agent="gone" is not in agents (id)')
    expect(err).toContain('logs.bead_id refers to beads (id), which is not in this database: 1 row was taken as it is')
    expect(logs('copy.db')).toEqual(ROWS)
    expect((await run('import app.tar.gz -s copy.db')).code).toBe(0)
  })

  test('is not forced into PostgreSQL, which holds no such rows', async () => {
    const { code, err } = await run('import app.tar.gz -s postgres://nobody@127.0.0.1:1/none --create --on-unresolved keep')
    expect(code).toBe(2)
    expect(err).toContain('--on-unresolved keep is for SQLite')
  })
})
