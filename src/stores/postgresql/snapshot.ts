import type pg from 'pg'
import { HoldallError } from '../../errors/holdall-error.js'
import type { RowBatch } from '../../rows/row-batch.js'
import { nearHint } from '../../schema/near-hint.js'
import type { Schema, Table } from '../../schema/schema.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { sql, type Sql } from '../sql.js'
import type { RowFilter, Snapshot } from '../store.js'
import { cancelQuery } from './cancel-query.js'
import { copyOut } from './copy-out.js'
import { countRows, estimateRows } from './count-rows.js'
import { introspect } from './introspect.js'
import { beginReading } from './lock-for-reading.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'
import { mapError } from './map-error.js'
import { copyRows, fromRows } from './row-query.js'

export interface SnapshotConnection {
  /** From `connect`; the snapshot ends it. */
  readonly client: pg.Client
  readonly url: string
  /** For people. */
  readonly name: string
  readonly signal?: AbortSignal | undefined
  /** Milliseconds to wait for whoever alters a table. */
  readonly lockTimeout?: number | undefined
}

/**
 * One REPEATABLE READ READ ONLY transaction: schema and rows are of one moment, and nothing can be written through it.
 * One table is read at a time. Errors of the database come as STORE_NOT_PERMITTED, VALUE_UNWRITABLE, STORE_FAILED, …;
 * of the user's condition as USAGE or COLUMN_NOT_FOUND.
 */
export async function openSnapshot(connection: SnapshotConnection): Promise<Snapshot> {
  const { client, signal, name } = connection
  try {
    await beginReading(client, { store: name, lockTimeout: connection.lockTimeout })
    const schema = await introspect(client)
    throwIfInterrupted(signal, { store: name })
    return snapshotOf(connection, schema)
  } catch (error) {
    await closeQuietly(client)
    throw mapError(error, { store: name }, { signal })
  }
}

function snapshotOf(connection: SnapshotConnection, schema: Schema): Snapshot {
  const { client, url, signal, name } = connection
  const byId = new Map(schema.tables.map((table) => [table.id, table]))
  let reading: string | null = null

  const whole = (table: Table): Table => {
    const found = byId.get(table.id)
    if (found !== undefined) return found
    throw new HoldallError('TABLE_NOT_FOUND', { store: name, table: table.id, message: 'there is no such table', ...nearHint(table.id, byId.keys()) })
  }
  const failure = (error: unknown, table: Table, filter: RowFilter | undefined): HoldallError => readError(mapError(error, { store: name, table: table.id }, { signal }), filter)

  async function* rows(table: Table, filter?: RowFilter): AsyncGenerator<RowBatch, void, void> {
    const place = { store: name, table: table.id }
    throwIfInterrupted(signal, place)
    if (reading !== null) throw new HoldallError('INTERNAL', { ...place, message: `rows of ${reading} are still being read` })
    reading = table.id
    try {
      if (filter?.condition !== undefined) await checkCondition(client, fromRows(table, whole(table), filter))
      const copy = { copy: copyRows(table, whole(table), filter), columns: storedColumns(table), place, cancel: async () => cancelQuery(client, url) }
      for await (const batch of copyOut(client, copy)) {
        throwIfInterrupted(signal, place)
        yield batch
      }
    } catch (error) {
      throw failure(error, table, filter)
    } finally {
      reading = null
    }
  }

  return Object.freeze({
    schema,
    rows,
    count: async (table: Table, filter?: RowFilter, estimate = false) => {
      throwIfInterrupted(signal, { store: name, table: table.id })
      try {
        const filtered = filter?.condition !== undefined || filter?.time !== undefined || filter?.keys !== undefined
        const guess = estimate && !filtered ? await estimateRows(client, table) : null
        if (guess !== null) return guess
        const from = fromRows(table, whole(table), filter)
        if (filter?.condition !== undefined) await checkCondition(client, from)
        return await inSavepoint(client, async () => countRows(client, from))
      } catch (error) {
        throw failure(error, table, filter)
      }
    },
    close: async () => closeQuietly(client),
  })
}

/** The server itself says whether the condition is one expression of this table: the extended protocol takes one statement only. */
async function checkCondition(client: pg.Client, from: Sql): Promise<void> {
  const query = { text: sql`SELECT ${from} LIMIT 0`.text, queryMode: 'extended' }
  await inSavepoint(client, async () => client.query(query))
}

/** Leaves the transaction usable when `run` fails. */
async function inSavepoint<T>(client: pg.Client, run: () => Promise<T>): Promise<T> {
  await client.query('SAVEPOINT holdall_query')
  try {
    const result = await run()
    await client.query('RELEASE SAVEPOINT holdall_query')
    return result
  } catch (error) {
    // On a broken connection this fails too; what broke it is the error to tell.
    await client.query('ROLLBACK TO SAVEPOINT holdall_query; RELEASE SAVEPOINT holdall_query').catch((_broken: unknown) => undefined)
    throw error
  }
}

/** What the catalogue calls an import's failure is another one when reading. */
function readError(error: HoldallError, filter: RowFilter | undefined): HoldallError {
  const state = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : ''
  const again = (code: 'USAGE' | 'VALUE_UNWRITABLE', message: string): HoldallError => new HoldallError(code, { ...error.place, message, cause: error.cause })
  const ofCondition = filter?.condition !== undefined && /^(22|42)/.test(state) && state !== '42501' && state !== '42703'
  if (ofCondition) return again('USAGE', `the condition cannot be used: ${error.message}`)
  return error.code === 'ROW_REFUSED' ? again('VALUE_UNWRITABLE', error.message) : error
}

/** Ends the transaction with its connection. One that is broken already has ended it. */
async function closeQuietly(client: pg.Client): Promise<void> {
  await client.end().catch((_broken: unknown) => undefined)
}
