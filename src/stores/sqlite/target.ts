import type { Target, TargetOptions } from '../store.js'
import { introspect } from './introspect.js'
import { mapError } from './map-error.js'
import { applyRejecting } from './target/apply-rejecting.js'
import { applyTables } from './target/apply.js'
import { createSchema } from './target/create.js'
import { loadTable } from './target/load.js'
import { openFile, type OpenFile } from './target/open-file.js'
import { conflictsOf, judgeTable, matchTables, rejectsOf, tallyOf } from './target/match-tables.js'
import { prepareTables } from './target/prepare.js'
import type { ImportSession } from './target/session.js'
import { settleImport } from './target/settle.js'
import { stageBase, stageTable } from './target/staging.js'

/**
 * Begins an import into a SQLite file: one write transaction in a file that is there, or a new file that is published
 * whole at the end. `name` is what messages call it.
 * @throws STORE_NOT_FOUND, STORE_UNREADABLE, STORE_LOCKED, STORE_NOT_PERMITTED, TARGET_NOT_EMPTY, OUTPUT_FAILED
 */
export async function beginTarget(path: string, options: TargetOptions, name: string): Promise<Target> {
  const file = await openFile(path, options, name)
  const wrapped = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw mapError(error, { store: name })
    }
  }
  let session: ImportSession
  try {
    session = await wrapped(() => openSession(file, options, name))
  } catch (error) {
    file.rollback()
    throw error
  }
  let ended = false
  return {
    get schema() {
      return session.schema
    },
    create: async (schema) => wrapped(() => createSchema(session, schema)),
    prepare: async (tables, sequences) => wrapped(() => prepareTables(session, tables, sequences)),
    load: async (table, rows) => wrapped(async () => loadTable(session, table, rows)),
    stage: async (table, rows, stubs) => wrapped(async () => stageTable(session, table, rows, stubs)),
    stageBase: async (table, rows, stubs) => wrapped(async () => stageBase(session, table, rows, stubs)),
    match: async (groups, again) => wrapped(async () => matchTables(session, groups, again ?? null)),
    judge: async (table, judging) => wrapped(async () => judgeTable(session, table, judging)),
    conflicts: (table) => conflictsOf(session, table),
    rejects: (table) => rejectsOf(session, table),
    tally: async (table, examples) => wrapped(async () => tallyOf(session, table, examples)),
    apply: async (groups, onTable) => wrapped(async () => (options.onError === 'reject' ? applyRejecting(session, groups, onTable) : applyTables(session, groups, onTable))),
    settle: async () => wrapped(async () => settleImport(session)),
    end: async (how) => {
      if (ended) return
      ended = true
      await wrapped(async () => {
        if (how === 'commit' && !options.dryRun) await file.commit()
        else file.rollback()
      })
    },
  }
}

function openSession({ db }: OpenFile, options: TargetOptions, store: string): ImportSession {
  return {
    db,
    store,
    options,
    utf16: db.pragma('encoding', { simple: true }) !== 'UTF-8',
    schema: introspect(db),
    tables: [],
    sequences: [],
    staged: new Map(),
    bad: new Map(),
    bases: new Map(),
    again: null,
    counts: new Map(),
    merge: null,
    written: new Set(),
    brokenBefore: new Map(),
    held: [],
    keysAside: [],
  }
}
