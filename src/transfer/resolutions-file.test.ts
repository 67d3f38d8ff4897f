import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { postgresqlColumn, schemaOf, tableOf } from '../../test/schema/tables.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { ConflictRow } from '../stores/import-table.js'
import { writeConflictsFile } from './conflicts-file.js'
import { keepDecisions } from './keep-decisions.js'
import { readResolutions, type Resolutions } from './resolutions-file.js'

const EXPORT = '7b1c2e6e-58f1-4b3a-9a51-0d6f7c3a1b2c'
const text = (name: string) => postgresqlColumn(name, 'text', 'text')
const users = tableOf('users', [text('id'), text('email'), text('full name'), { ...text('initials'), generated: { expression: "left(email, 1)", stored: true } }])
const odd = tableOf('注文 table', [text('x')])
const archive = { exportId: EXPORT, schema: schemaOf('postgresql', [users, odd]), rowCount: (table: string) => (table === 'users' ? 3 : null) }
const HEADER = { holdall: 'conflicts', version: 1, export_id: EXPORT, store: 'app.db', conflicts: 2 }

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'holdall-resolutions-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function fileOf(...lines: readonly unknown[]): string {
  const path = join(folder(), 'conflicts.jsonl')
  writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
  return path
}

async function read(path: string): Promise<Resolutions> {
  const resolutions = await readResolutions(path, archive)
  onTestFinished(() => resolutions.close())
  return resolutions
}

async function failure(work: Promise<unknown>): Promise<HoldallError> {
  const error: unknown = await work.then(() => null, (reason: unknown) => reason)
  if (!HoldallError.is(error)) throw new Error(`no HoldallError: ${String(error)}`, { cause: error })
  return error
}

const row = (number: number | null, key: string, more: Partial<ConflictRow> = {}): ConflictRow => ({
  row: number, key, reason: 'both-changed', columns: ['email'], base: { email: 'a' }, ours: { email: 'b' }, theirs: { email: 'c\u2028\n"x"' }, ...more,
})

async function* rowsOf(...rows: readonly ConflictRow[]): AsyncGenerator<ConflictRow> {
  yield* rows
}

const props = (rows: readonly ConflictRow[], overwrite = false) => ({
  exportId: EXPORT, store: 'app.db', tables: [{ table: 'users', conflicts: rows.length, rows: rowsOf(...rows) }], overwrite, signal: undefined,
})

describe('a conflicts file', () => {
  test('holds a header, a line for each table and one for each conflict, all still undecided', async () => {
    const path = join(folder(), 'c.jsonl')
    await writeConflictsFile(path, props([row(2, 'email="a@b"'), row(null, 'email="gone"', { reason: 'deleted-there', theirs: null })]))
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)
    expect(lines).toEqual([
      HEADER,
      { table: 'users', conflicts: 2, resolution: null },
      { table: 'users', row: 2, key: 'email="a@b"', reason: 'both-changed', columns: ['email'], base: { email: 'a' }, ours: { email: 'b' }, theirs: { email: 'c\u2028\n"x"' }, resolution: null },
      { table: 'users', row: null, key: 'email="gone"', reason: 'deleted-there', columns: ['email'], base: { email: 'a' }, ours: { email: 'b' }, theirs: null, resolution: null },
    ])
  })

  test('as it was written decides nothing', async () => {
    const path = join(folder(), 'c.jsonl')
    await writeConflictsFile(path, props([row(2, 'x'), row(null, 'y')]))
    const resolutions = await read(path)
    expect([resolutions.decisions, resolutions.of('users'), resolutions.store]).toEqual([0, null, 'app.db'])
  })

  test('in which nothing was decided is replaced; a decision is kept, and so is any other file', async () => {
    const path = fileOf(HEADER, { table: 'users', conflicts: 1, resolution: null })
    await writeConflictsFile(path, props([row(1, 'a')]))
    const undecided = readFileSync(path, 'utf8')
    expect(undecided.split('\n')).toHaveLength(4)
    writeFileSync(path, undecided.replace(/null\}\n$/, '"ours"}\n'))
    expect(await failure(writeConflictsFile(path, props([])))).toMatchObject({ code: 'OUTPUT_EXISTS', message: expect.stringContaining('line 3 of it holds a resolution') as string })
    await writeConflictsFile(path, props([], true))
    expect(readFileSync(path, 'utf8')).not.toContain('ours":')
    for (const other of ['', '{}\n', 'notes\n', `${JSON.stringify(HEADER)}\nnotes\n`]) {
      writeFileSync(path, other)
      expect(await failure(keepDecisions(path)), other).toMatchObject({ code: 'OUTPUT_EXISTS', message: expect.stringContaining('no conflicts file') as string })
    }
    expect(await failure(keepDecisions(folder()))).toMatchObject({ code: 'OUTPUT_EXISTS' })
    await keepDecisions(join(folder(), 'none'))
  })

  test('of many rows is written and read in pieces', async () => {
    const path = join(folder(), 'c.jsonl')
    const many = async function* (): AsyncGenerator<ConflictRow> {
      for (let number = 1; number <= 20_000; number += 1) yield row(number, `id=${number}`)
    }
    await writeConflictsFile(path, { exportId: EXPORT, store: 's', tables: [{ table: '注文 table', conflicts: 20_000, rows: many() }], overwrite: false, signal: undefined })
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/null\}\n/g, '"theirs"}\n'))
    const resolutions = await read(path)
    expect([resolutions.decisions, resolutions.of('注文 table')?.rows.length, resolutions.of('注文 table')?.rows[19_999]]).toEqual([20_001, 20_000, { row: 20_000, key: 'id=20000', resolution: 'theirs' }])
  })
})

describe('a resolutions file', () => {
  test('says for tables and rows which side is taken', async () => {
    const resolutions = await read(
      fileOf(
        `\uFEFF${JSON.stringify(HEADER)}\r`,
        '',
        { table: 'users', conflicts: 3, resolution: 'ours' },
        { table: 'users', row: 3, key: 'c', reason: 'both-changed', resolution: { 'full name': 'theirs', email: 'ours' } },
        { table: 'users', row: 1, key: 'a', resolution: 'theirs' },
        { table: 'users', row: 2, key: 'b', resolution: null },
        { table: 'users', row: null, key: '1', resolution: 'ours' },
        { table: '注文 table', row: 99, key: 'x', resolution: 'ours' },
      ),
    )
    expect(resolutions.of('users')).toEqual({
      otherwise: 'ours',
      rows: [
        { row: null, key: '1', resolution: 'ours' },
        { row: 1, key: 'a', resolution: 'theirs' },
        { row: 3, key: 'c', resolution: { 'full name': 'theirs', email: 'ours' } },
      ],
    })
    expect(resolutions.of('注文 table')).toEqual({ otherwise: null, rows: [{ row: 99, key: 'x', resolution: 'ours' }] })
    expect([resolutions.of('none'), resolutions.decisions]).toEqual([null, 5])
  })

  const line = (more: object): object => ({ table: 'users', row: 1, key: 'a', resolution: 'ours', ...more })

  test.each<[string, unknown[], string, string?]>([
    ['nothing', [], 'the file is empty'],
    ['another first line', [{ table: 'users' }], 'line 1: this is no conflicts file: its first line does not say so'],
    ['a newer version', [{ ...HEADER, version: 2 }], 'line 1: it has version 2, and this Holdall reads up to 1', 'Use a newer Holdall.'],
    ['another archive', [{ ...HEADER, export_id: 'other' }], `line 1: it is about the archive other, and this one is ${EXPORT}`],
    ['no JSON', [HEADER, '{"table": '], 'line 2: this is no JSON in UTF-8, one object a line'],
    ['no object', [HEADER, '', '[1]'], 'line 3: this is no object'],
    ['no table', [HEADER, { resolution: null }], 'line 2: table is no text'],
    ['an unknown table', [HEADER, line({ table: 'user' })], 'line 2: the archive has no table user', 'Did you mean users?'],
    ['an unknown key of a row', [HEADER, line({ reslution: 'ours' })], 'line 2: there is no key reslution in a line of a row'],
    ['an unknown key of a table', [HEADER, { table: 'users', columns: [], resolution: null }], 'line 2: there is no key columns in a line of a table'],
    ['no resolution', [HEADER, { table: 'users', row: 1, key: 'a' }], 'line 2: resolution is missing'],
    ['a side there is not', [HEADER, line({ resolution: 'mine' })], 'line 2: resolution is "mine"', 'It is null, "theirs", "ours", or an object of columns with "theirs" or "ours" (where both changed a row).'],
    ['columns for a table', [HEADER, { table: 'users', resolution: { email: 'ours' } }], 'line 2: resolution of the table users is {"email":"ours"}'],
    ['no column', [HEADER, line({ resolution: {} })], 'line 2: resolution names no column'],
    ['an unknown column', [HEADER, line({ resolution: { mail: 'ours' } })], 'line 2: resolution names the column mail, which users does not have', 'Did you mean email?'],
    ['a generated column', [HEADER, line({ resolution: { initials: 'ours' } })], 'line 2: resolution names the column initials, which users does not have'],
    ['a column with another side', [HEADER, line({ resolution: { email: 1 } })], 'line 2: resolution of the column email is 1'],
    ['columns where the row exists only', [HEADER, line({ reason: 'exists', resolution: { email: 'ours' } })], 'line 2: resolution is by columns, and the reason of the conflict is not both-changed'],
    ['columns without a reason', [HEADER, line({ resolution: { email: 'ours' } })], 'line 2: resolution is by columns, and the reason of the conflict is not both-changed'],
    ['a row 0', [HEADER, line({ row: 0 })], 'line 2: row is 0, and rows count from 1'],
    ['a row in quotes', [HEADER, line({ row: '1' })], 'line 2: row is "1", and rows count from 1'],
    ['a row that is not there', [HEADER, line({ row: 4 })], 'line 2: row is 4, and the archive has 3 of users'],
    ['no key', [HEADER, line({ key: 1 })], 'line 2: key is no text'],
    ['two decisions about a row', [HEADER, line({}), line({ resolution: 'theirs' })], 'line 3: line 2 decides the same already'],
    ['two decisions about a table', [HEADER, { table: 'users', resolution: 'ours' }, { table: 'users', resolution: 'ours' }], 'line 3: line 2 decides the same already'],
  ])('with %s is refused', async (_, lines, problem, hint) => {
    const path = fileOf(...lines)
    const error = await failure(readResolutions(path, archive))
    expect([error.code, error.exitCode, error.message]).toEqual(['RESOLUTIONS_INVALID', 2, `${path}${problem.startsWith('line') ? ',' : ':'} ${problem}`])
    if (hint !== undefined) expect(error.hint).toBe(hint)
  })

  test('that is not UTF-8, or not there, is refused too', async () => {
    const path = fileOf(HEADER)
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.of(0x22, 0xff, 0x22)]))
    expect((await failure(readResolutions(path, archive))).message).toContain('line 2: this is no JSON in UTF-8')
    expect((await failure(readResolutions(`${path}.none`, archive))).message).toContain('there is no such file')
    expect((await failure(readResolutions(folder(), archive))).message).toContain('it cannot be read')
  })
})
