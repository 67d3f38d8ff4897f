import { HoldallError } from '../../../errors/holdall-error.js'
import type { Index, LeftOut, Schema, Table } from '../../../schema/schema.js'
import { sql } from '../../sql.js'
import { introspect } from '../introspect.js'
import { createIndexStatement } from './create-index-statement.js'
import { createTable } from './create-table.js'
import { createVerbatim, type SchemaObject } from './create-verbatim.js'
import type { HeldObject, ImportSession } from './session.js'

/**
 * Creates the tables and their unique indexes. All else is tried, taken back, and held for `settle`: what cannot be
 * created is known before the first row. @throws SCHEMA_UNSUPPORTED, TARGET_NOT_EMPTY
 */
export function createSchema(session: ImportSession, schema: Schema): readonly LeftOut[] {
  refuseExisting(session, schema)
  const leftOut: LeftOut[] = []
  const names = new Map(schema.tables.map(({ id, name }) => [id, name]))
  for (const table of schema.tables) leftOut.push(...createTable(session.db, table, (id) => names.get(id) ?? tableName(id)))
  for (const table of schema.tables) {
    for (const index of table.indexes) leftOut.push(...createIndex(session, table, index))
  }
  leftOut.push(...tryStatements(session, schema), ...settingsKept(session, schema))
  session.schema = introspect(session.db)
  session.sequences = schema.sequences
  return leftOut
}

function refuseExisting(session: ImportSession, schema: Schema): void {
  const there = new Set(session.db.prepare<[], string>(sql`SELECT lower(name) FROM main.sqlite_schema`.text).pluck().all())
  const wanted = [...schema.tables, ...schema.tables.flatMap(({ indexes }) => indexes), ...schema.statements].map(({ name }) => name)
  const found = wanted.filter((name) => there.has(name.toLowerCase()))
  const [first] = found
  if (first === undefined) return
  throw new HoldallError('TARGET_NOT_EMPTY', {
    message: found.length === 1 ? `${first} is there already` : `${first} and ${found.length - 1} more are there already`,
    store: session.store,
    details: found,
  })
}

function createIndex(session: ImportSession, table: Table, index: Index): readonly LeftOut[] {
  const ddl = table.ddl === null ? createIndexStatement(table, index).text : index.ddl
  const object: HeldObject = { kind: 'index', name: index.name, ddl }
  const problem = attempt(session, { ...object, of: new Set([table.name.toLowerCase()]) }, index.unique)
  if (problem !== null) return [{ kind: 'index', name: index.name, reason: problem }]
  if (!index.unique) session.held.push(object)
  return []
}

/** In creation order, as one may need another; what fails is left out and the rest tried without it. */
function tryStatements(session: ImportSession, { tables, statements }: Schema): readonly LeftOut[] {
  const own = new Set([...tables, ...statements].map(({ name }) => name.toLowerCase()))
  const leftOut: LeftOut[] = []
  session.db.exec(sql`SAVEPOINT holdall_statements`.text)
  for (const { kind, name, ddl } of statements) {
    const problem = attempt(session, kind === 'trigger' ? { kind, name, ddl, of: own } : { kind, name, ddl }, true)
    if (problem === null) session.held.push({ kind, name, ddl })
    else leftOut.push({ kind: kind.replace('-', ' '), name, reason: problem })
  }
  session.db.exec(sql`ROLLBACK TO holdall_statements; RELEASE holdall_statements`.text)
  return leftOut
}

/** Creates the object, and keeps it when asked to. Returns why it cannot be created, or null. */
function attempt(session: ImportSession, object: SchemaObject, keep: boolean): string | null {
  const { db } = session
  db.exec(sql`SAVEPOINT holdall_attempt`.text)
  let problem: string | null = null
  try {
    createVerbatim(db, object)
  } catch (error) {
    if (!HoldallError.is(error)) throw error
    problem = error.message
  }
  if (!keep || problem !== null) db.exec(sql`ROLLBACK TO holdall_attempt`.text)
  db.exec(sql`RELEASE holdall_attempt`.text)
  return problem
}

/** A file that is there keeps its header: its own application counts its migrations in it. */
function settingsKept({ options, schema: there }: ImportSession, { file }: Schema): readonly LeftOut[] {
  if (options.fresh || file === null || there.file === null) return []
  const settings = [['user_version', file.userVersion, there.file.userVersion], ['application_id', file.applicationId, there.file.applicationId]] as const
  return settings.flatMap(([name, own, kept]) => (own === kept ? [] : [{ kind: 'setting', name, reason: `it is ${own} in the archive; the file was there already and keeps ${kept}` }]))
}

/** The name in an id of SQLite: its quotes are there only for dots and quotes. */
function tableName(id: string): string {
  return id.startsWith('"') ? id.slice(1, -1).replaceAll('""', '"') : id
}
