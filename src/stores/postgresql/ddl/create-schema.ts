import { isDeepStrictEqual } from 'node:util'
import { HoldallError } from '../../../errors/holdall-error.js'
import { texts } from '../../texts.js'
import type { LeftOut, Schema, Sequence, Table } from '../../../schema/schema.js'
import { ident, sql } from '../../sql.js'
import type { Session } from '../target/session.js'
import { createSequence, sequenceName } from './create-sequence.js'
import { createTable, tableName } from './create-table.js'
import { noSuchType, typeExists } from './check-type.js'
import { createType, typeNeeds, type Need } from './create-type.js'
import { runDdl } from './ddl-error.js'
import { namespaceOf } from '../namespace-of.js'

/**
 * Creates what is needed to hold the rows of `schema`, next to what the target has already (`there`). Types that are
 * there with the same definition are used as they are.
 * @throws TARGET_NOT_EMPTY, SCHEMA_UNSUPPORTED
 */
export async function createSchema(session: Session, schema: Schema, there: Schema): Promise<readonly LeftOut[]> {
  const version = Number((await session.rows(sql`SELECT pg_catalog.current_setting('server_version_num')`))[0]?.[0])
  await createExtensions(session, schema.extensions)
  await createNamespaces(session, schema)
  const types = await missingTypes(session, schema, there)
  await refuseTaken(session, schema)
  const ofIdentities = identitySequences(schema)
  for (const sequence of schema.sequences) if (!ofIdentities.has(sequence.id)) await createSequence(session, sequence)
  const leftOut: LeftOut[] = []
  await createInOrder(session, [
    ...types.map((type) => ({ id: type.id, needs: typeNeeds(type), create: async () => createType(session, type) })),
    ...schema.tables.map((table) => ({
      id: table.id,
      needs: table.columns.map((column) => ({ declared: column.type.declared, column: column.name })),
      create: async () => void leftOut.push(...(await createTable(session, schema, table, version))),
    })),
  ])
  for (const sequence of schema.sequences) if (!ofIdentities.has(sequence.id)) await giveToOwner(session, schema, sequence)
  return [...leftOut, ...danglingReferences(schema, there)]
}

interface Creation {
  readonly id: string
  readonly needs: readonly Need[]
  readonly create: () => Promise<void>
}

/** The rows of a table are a type too, which other tables and types may be made of: whatever lacks one waits for it. */
async function createInOrder(session: Session, creations: readonly Creation[]): Promise<void> {
  const known = new Set<string>()
  let waiting = creations
  while (waiting.length > 0) {
    const later: Creation[] = []
    let lacking: HoldallError | null = null
    for (const creation of waiting) {
      const missing = await firstMissing(session, creation, known)
      if (missing === null) await creation.create()
      else {
        later.push(creation)
        lacking ??= missing
      }
    }
    if (lacking !== null && later.length === waiting.length) throw lacking
    waiting = later
  }
}

async function firstMissing(session: Session, { id, needs }: Creation, known: Set<string>): Promise<HoldallError | null> {
  for (const { declared, column } of needs) {
    if (known.has(declared)) continue
    const place = { store: session.store, table: id, ...(column === undefined ? {} : { column }) }
    if (!(await typeExists(session, place, declared))) return noSuchType(place, declared)
    known.add(declared)
  }
  return null
}

async function createExtensions(session: Session, extensions: readonly string[]): Promise<void> {
  const present = new Set((await session.rows(sql`SELECT extname FROM pg_catalog.pg_extension`)).map((row) => row[0]))
  const missing = extensions.filter((name) => !present.has(name))
  if (missing.length === 0) return
  const [path] = await session.rows(sql`SELECT pg_catalog.current_setting('search_path')`)
  const setPath = async (to: string): Promise<unknown> => session.rows(sql`SELECT pg_catalog.set_config('search_path', $1, true)`, [to])
  // An extension goes where the search path of the role leads, which may be nowhere; its types are looked for in public.
  await setPath('public')
  for (const extension of missing) {
    try {
      await session.run(sql`CREATE EXTENSION IF NOT EXISTS ${ident(extension)}`)
    } catch (error) {
      const hint = `Install the extension ${extension} on the server, or have a superuser run: CREATE EXTENSION "${extension}".`
      throw new HoldallError('SCHEMA_UNSUPPORTED', { store: session.store, message: `the extension ${extension} cannot be had${error instanceof Error ? `: ${error.message}` : ''}`, hint, cause: error })
    }
  }
  await setPath(texts(path, 1)[0])
}

/** Not with IF NOT EXISTS: that needs the right to create schemas even where the schema is there. */
async function createNamespaces(session: Session, schema: Schema): Promise<void> {
  const present = new Set((await session.rows(sql`SELECT nspname FROM pg_catalog.pg_namespace`)).map((row) => row[0]))
  const wanted = new Set([...schema.types, ...schema.sequences, ...schema.tables].map(namespaceOf))
  for (const namespace of wanted) if (!present.has(namespace)) await runDdl(session, { store: session.store }, sql`CREATE SCHEMA ${ident(namespace)}`)
}

async function missingTypes(session: Session, schema: Schema, there: Schema): Promise<Schema['types']> {
  const existing = new Map(there.types.map((type) => [type.id, type]))
  const different = schema.types.filter((type) => existing.has(type.id) && !isDeepStrictEqual(existing.get(type.id), type))
  if (different.length > 0) throw taken(session, different.map((type) => `type ${type.id}, defined otherwise`))
  return schema.types.filter((type) => !existing.has(type.id))
}

async function refuseTaken(session: Session, schema: Schema): Promise<void> {
  const wanted = [...schema.tables.map((table) => ({ kind: 'table', ...table })), ...schema.sequences.map((sequence) => ({ kind: 'sequence', ...sequence }))]
  const found = await session.rows(
    sql`SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) wanted(nsp, rel) ON wanted.nsp = n.nspname AND wanted.rel = c.relname`,
    [wanted.map(namespaceOf), wanted.map((each) => each.name)],
  )
  const names = new Set(found.map((row) => JSON.stringify([row[0], row[1]])))
  const clashes = wanted.filter((each) => names.has(JSON.stringify([namespaceOf(each), each.name])))
  if (clashes.length > 0) throw taken(session, clashes.map((each) => `${each.kind} ${each.id}`))
}

function taken(session: Session, names: readonly string[]): HoldallError {
  return new HoldallError('TARGET_NOT_EMPTY', {
    store: session.store,
    message: `there already: ${names.slice(0, 5).join('; ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
    details: names,
  })
}

function identitySequences(schema: Schema): ReadonlySet<string> {
  const identities = schema.tables.flatMap((table) => table.columns.map((column) => column.identity))
  return new Set(identities.flatMap((identity) => (identity?.kind === 'always' || identity?.kind === 'by-default' ? [identity.sequence] : [])))
}

/** A sequence that several columns draw from belongs to none of them: dropping one table must not take it along. */
async function giveToOwner(session: Session, schema: Schema, sequence: Sequence): Promise<void> {
  const owner = sequence.ownedBy
  const table = schema.tables.find((each) => each.id === owner?.table)
  if (owner === null || table === undefined || feeds(schema.tables, sequence) > 1) return
  await runDdl(session, { store: session.store, table: table.id, column: owner.column }, sql`ALTER SEQUENCE ${sequenceName(sequence)} OWNED BY ${tableName(table)}.${ident(owner.column)}`)
}

function feeds(tables: readonly Table[], sequence: Sequence): number {
  return tables.flatMap((table) => table.columns).filter((column) => column.identity?.kind === 'serial' && column.identity.sequence === sequence.id).length
}

/** References to tables that are neither in the schema nor in the target: there is nothing they could refer to. */
function danglingReferences(schema: Schema, there: Schema): readonly LeftOut[] {
  const known = new Set([...schema.tables, ...there.tables].map((table) => table.id))
  return schema.tables.flatMap((table) =>
    table.references
      .filter((reference) => !known.has(reference.table))
      .map((reference) => ({ kind: 'foreign key', name: `${table.id}.${reference.name ?? reference.columns.join('_')}`, reason: `the table ${reference.table} is neither in the archive nor in the target` })),
  )
}
