import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { exportStore, planImport, runImport } from '../../src/index.js'
import { createDatabase } from '../postgres/database.js'
import { importOptions, shown } from './check-merge.js'
import { anotherChinook, chinookSchema, snakeCase, TWINS_APART } from './chinook-schema.js'
import type { MergeMatch, MergeSchema, MergeState } from './merge-schema.js'
import { oracle, type MergeStrategy } from './oracle.js'
import { readPostgresqlState, readSqliteState } from './read-state.js'
import { scratch } from './two-databases.js'

const CHINOOK = resolve(import.meta.dirname, '../../../shared/data')
const SQLITE = join(CHINOOK, 'chinook.sqlite')
const POSTGRESQL = join(CHINOOK, 'chinook-postgres.sql')
const there = existsSync(SQLITE) && existsSync(POSTGRESQL)
if (!there) console.warn(`Chinook is not at ${CHINOOK}: its merges are skipped`)

/** A Chinook, and another one with every id moved and a third of its rows different. */
interface TwoChinooks {
  readonly schema: MergeSchema
  readonly match: MergeMatch
  readonly source: string
  readonly target: string
  readonly read: (store: string) => Promise<MergeState>
}

async function inSqlite(): Promise<TwoChinooks> {
  const folder = scratch()
  const made = (name: string, statements: readonly string[]): string => {
    const path = join(folder, name)
    copyFileSync(SQLITE, path)
    const db = new Database(path)
    db.pragma('foreign_keys = OFF')
    db.exec(['BEGIN', TWINS_APART, ...statements, 'COMMIT'].join(';\n'))
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.close()
    return path
  }
  const { schema, match } = chinookSchema()
  return { schema, match, source: made('source.db', []), target: made('target.db', anotherChinook()), read: async (store) => readSqliteState(store, schema) }
}

async function inPostgresql(): Promise<TwoChinooks> {
  const script = readFileSync(POSTGRESQL, 'utf8').replace(/^(?:DROP|CREATE) DATABASE.*$|^\\c .*$/gm, '')
  const made = async (statements: readonly string[]): ReturnType<typeof createDatabase> => {
    const database = await createDatabase()
    await database.run(script)
    const own = [TWINS_APART, ...statements].map((statement) => statement.replaceAll(/'[^']*'|\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b/g, (word) => (word.startsWith("'") ? word : snakeCase(word))))
    await database.run(`SET session_replication_role = replica; ${own.join(';\n')}`)
    return database
  }
  const { schema, match } = chinookSchema(snakeCase)
  const [source, target] = [await made([]), await made(anotherChinook())]
  const read = async (store: string): Promise<MergeState> => readPostgresqlState(async (sql) => (store === source.url ? source : target).query(sql), schema)
  return { schema, match, source: source.url, target: target.url, read }
}

describe.skipIf(!there).each([['SQLite', inSqlite], ['PostgreSQL', inPostgresql]] as const)('Chinook merged into another Chinook, %s', (_, make) => {
  test.each<MergeStrategy>(['merge', 'skip', 'replace', 'keep-both'])('%s: the plan, the run and the oracle agree, row by row', { timeout: 300_000 }, async (strategy) => {
    const { schema, match, source, target, read } = await make()
    const archive = join(scratch(), 'chinook.tar.gz')
    await exportStore({ store: source, output: archive, compressionLevel: 1 })
    // An invoice is told apart by nothing that could be marked, so that there can be no copy of it.
    const merged = schema.tables.map(({ name }) => name).filter((name) => /^invoice/i.test(name))
    const onConflict = strategy === 'keep-both' ? Object.fromEntries(merged.map((name) => [name, 'merge' as const])) : {}
    const input = { schema, match, strategy, onConflict, archive: await read(source), target: await read(target) }
    const expected = oracle(input)
    expect(expected.codes).toEqual([])
    const options = importOptions(input, { input: archive, store: target })
    const planned = await planImport(options)
    expect(await read(target)).toEqual(input.target)
    const done = await runImport(options)
    expect(done.totals).toEqual(planned.totals)
    for (const tally of done.tables) expect(tally).toMatchObject({ table: tally.table, ...expected.counts[tally.table] })
    const after = await read(target)
    expect(shown(input, after)).toEqual(shown(input, expected.state))
    if (strategy === 'replace') expect(shown(input, after)).toEqual(shown(input, input.archive))
    const again = await runImport(options)
    expect(again.totals).toMatchObject({ new: 0, changed: 0, deleted: 0, conflicting: 0, rejected: 0, ...(strategy === 'skip' ? {} : { unchanged: 15_607, kept: 0 }) })
    expect(await read(target)).toEqual(after)
  })
})
