import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabase } from '../postgres/database.js'
import { succeed } from './command.js'
import { expectedRows, type Ledger, ledgerInPostgresql, ledgerInSqlite, TABLES } from './ledger.js'
import { type Rows, rowsOf, rowsOfArchive, settled, structureOf, summary } from './oracle.js'
import { empty, type Place } from './place.js'

/** One command that is run again and again, and an oracle for what it should do. */
export interface Scenario {
  readonly name: string
  readonly args: readonly string[]
  /** Puts all as it was before. */
  reset(): Promise<void>
  /** What stands there now, as a text that differs where it differs. */
  state(): Promise<string>
  /** What should stand there after the command, worked out without it. */
  readonly expected: string
  /** How the command ends, and how it ends where all is done already. */
  readonly ends: number
  readonly again: number
  /** Files that one which was killed may leave in `work`, and those of them that the next run may leave there. */
  readonly left: RegExp
  readonly stays: RegExp
  /** Files that stand in `work` where it is done. */
  readonly done: readonly string[]
}

const OLD: Ledger = { word: 'old', first: 1, last: 200 }
const NEW: Ledger = { word: 'newer', first: 101, last: 300 }
const NOTHING = /^$/
const JOURNAL = /^into\.db-journal$/
const PARTIAL = /^\.out\.tar\.gz\.[0-9a-f]{12}\.partial$/

const structured = (rows: Rows, structure: string): string => `${summary(rows)}, ${structure}`

interface StoreScenario {
  readonly place: Place
  readonly name: string
  readonly args: (store: string) => readonly string[]
  readonly store: string
  readonly fill: () => Promise<unknown>
  readonly expected: Rows
  readonly again?: number
  readonly left?: RegExp
  readonly stays?: RegExp
  readonly done?: readonly string[]
}

/** The structure that it should have in the end is the one it had at first, or that of a clean run where there was none. */
async function intoStore({ place, name, args, store, fill, expected, again = 0, left = NOTHING, stays = NOTHING, done = [] }: StoreScenario): Promise<Scenario> {
  const reset = async (): Promise<void> => {
    empty(place.work)
    if (store.startsWith('postgres')) await settled(store)
    await fill()
  }
  await reset()
  if (summary(await rowsOf(store, TABLES)).includes('no ')) await succeed(args(store), { tmp: place.temporary() })
  const structure = await structureOf(store)
  await reset()
  return { name, args: args(store), reset, state: async () => structured(await rowsOf(store, TABLES), await structureOf(store)), expected: structured(expected, structure), ends: 0, again, left, stays, done }
}

async function exporting(place: Place, name: string, store: string): Promise<Scenario> {
  const output = join(place.work, 'out.tar.gz')
  return {
    name,
    args: ['export', '-s', store, '-o', output, '-q'],
    reset: async () => empty(place.work),
    state: async () => {
      if (!existsSync(output)) return 'nothing'
      await succeed(['verify', output, '-q'], { tmp: place.temporary() })
      return summary(rowsOfArchive(output, TABLES))
    },
    expected: summary(expectedRows(NEW)),
    ends: 0,
    again: 2,
    left: PARTIAL,
    // Nobody can know of a file whether another export is just writing it.
    stays: PARTIAL,
    done: ['out.tar.gz'],
  }
}

/** Every way in and out that a kill can hit. */
export async function makeScenarios(place: Place): Promise<readonly Scenario[]> {
  const source = ledgerInSqlite(join(place.inputs, 'source.db'), NEW)
  const live = await ledgerInPostgresql((await createDatabase()).url, NEW)
  const archive = join(place.inputs, 'source.tar.gz')
  await succeed(['export', '-s', source, '-o', archive, '-q'], { tmp: place.temporary() })
  const file = join(place.work, 'into.db')
  const [filled, bare] = [(await createDatabase()).url, (await createDatabase()).url]
  const merged = expectedRows(OLD, NEW)
  const only = expectedRows(NEW)
  const refill = async (journal: 'delete' | 'wal'): Promise<unknown> => ledgerInSqlite(file, OLD, journal)
  return [
    await exporting(place, 'export of SQLite', source),
    await intoStore({ place, name: 'merge into SQLite', args: (store) => ['import', archive, '-s', store, '-q'], store: file, fill: async () => refill('delete'), expected: merged, left: JOURNAL, done: ['into.db'] }),
    await intoStore({ place, name: 'merge into PostgreSQL', args: (store) => ['import', archive, '-s', store, '-q'], store: filled, fill: async () => ledgerInPostgresql(filled, OLD), expected: merged }),
    await intoStore({
      place, name: 'import --create of a SQLite file', args: (store) => ['import', archive, '-s', store, '--create', '-q'], store: file, fill: async () => rmSync(file, { force: true }), expected: only, again: 4,
      left: /^\.into\.db\.holdall-[0-9a-f]{8}(-journal)?$/,
      // Without a journal it may be finished, and somebody just about to give it its name.
      stays: /^\.into\.db\.holdall-[0-9a-f]{8}$/,
      done: ['into.db'],
    }),
    await intoStore({ place, name: 'import --create in PostgreSQL', args: (store) => ['import', archive, '-s', store, '--create', '-q'], store: bare, fill: async () => ledgerInPostgresql(bare, null), expected: only, again: 4 }),
    await intoStore({ place, name: 'copy from SQLite into PostgreSQL', args: (store) => ['copy', source, store, '-q'], store: filled, fill: async () => ledgerInPostgresql(filled, OLD), expected: merged }),
    await exporting(place, 'export of PostgreSQL', live),
    await intoStore({ place, name: 'copy from PostgreSQL into SQLite with a log', args: (store) => ['copy', live, store, '-q'], store: file, fill: async () => refill('wal'), expected: merged, left: /^into\.db-(wal|shm)$/, done: ['into.db'] }),
  ]
}
