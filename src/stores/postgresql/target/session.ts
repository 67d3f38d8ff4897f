import pg from 'pg'
import { HoldallError, type Place } from '../../../errors/holdall-error.js'
import { sql, verbatim, type Sql } from '../../sql.js'
import { throwIfInterrupted } from '../../../errors/interrupted.js'
import { mapError } from '../map-error.js'

export type Row = readonly (string | null)[]
export type Value = string | null | readonly (string | null)[]

/** The one transaction of an import, seen as statements. */
export interface Session {
  readonly client: pg.Client
  readonly store: string
  readonly signal: AbortSignal | undefined
  /** Runs one statement; returns how many rows it wrote. */
  run(statement: Sql, place?: Place): Promise<number>
  /** Rows as arrays of text. */
  rows(statement: Sql, values?: readonly Value[], place?: Place): Promise<readonly Row[]>
  /** Runs the work in a savepoint: after a failure the transaction is where it was before, and can go on. */
  attempt<T>(work: () => Promise<T>): Promise<T>
}

/** The driver's types do not name the mode that sends even a statement without parameters through Parse. */
interface ExtendedQuery extends pg.QueryArrayConfig {
  readonly queryMode: 'extended'
}

const TEXT: pg.CustomTypesConfig = { getTypeParser: () => (value: string) => value }

/**
 * Every statement goes through the extended protocol, whose Parse takes exactly one: a `;` inside a piece of an
 * archive's SQL is a syntax error, never a second statement.
 */
export function createSession(client: pg.Client, store: string, signal: AbortSignal | undefined): Session {
  const send = async (text: string, values: readonly Value[], place: Place): Promise<pg.QueryArrayResult<(string | null)[]>> => {
    throwIfInterrupted(signal, place)
    const query: ExtendedQuery = { text, values: [...values], rowMode: 'array', types: TEXT, queryMode: 'extended' }
    try {
      return await client.query<(string | null)[]>(query)
    } catch (error) {
      throw mapError(error, { store, ...place }, { signal })
    }
  }
  let depth = 0
  const session: Session = {
    client,
    store,
    signal,
    run: async (statement, place = {}) => (await send(statement.text, [], place)).rowCount ?? 0,
    rows: async (statement, values = [], place = {}) => (await send(statement.text, values, place)).rows,
    attempt: async (work) => {
      const name = verbatim(`holdall_${depth}`)
      await session.run(sql`SAVEPOINT ${name}`)
      depth += 1
      try {
        const result = await work()
        await session.run(sql`RELEASE SAVEPOINT ${name}`)
        return result
      } catch (error) {
        // Not through `send`: the way back must be gone even after an abort; a broken connection is told by `error`.
        await client.query(`ROLLBACK TO SAVEPOINT ${name.text}; RELEASE SAVEPOINT ${name.text}`).catch(() => undefined)
        throw error
      } finally {
        depth -= 1
      }
    },
  }
  return Object.freeze(session)
}

/** The server's own error behind a mapped one, or null. */
export function databaseError(error: unknown): pg.DatabaseError | null {
  return HoldallError.is(error) && error.cause instanceof pg.DatabaseError ? error.cause : null
}
