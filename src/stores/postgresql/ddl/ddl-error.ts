import { HoldallError, type Place } from '../../../errors/holdall-error.js'
import { join, sql, type Sql } from '../../sql.js'
import { databaseError, type Session } from '../target/session.js'

/** One part of a definition, and the column it is of; an error inside it names that column. */
export interface DdlPart {
  readonly sql: Sql
  readonly column?: string
}

/** What a definition refers to and the server does not have, or an old server cannot do. */
const MISSING: Readonly<Record<string, string>> = Object.freeze({
  '0A000': 'the server cannot do this',
  '42501': 'the role may not do this',
  '42601': 'the server does not understand the definition',
  '42704': 'something the definition needs is missing',
  '42883': 'a function or operator the definition needs is missing',
  '3F000': 'a schema the definition needs is missing',
  '42P01': 'a table or sequence the definition needs is missing',
  '42703': 'a column the definition needs is missing',
  '42P17': 'the definition is not valid here',
  '42804': 'the types of the definition do not fit',
  '42P22': 'no collation can be told',
  '22023': 'the definition is not valid here',
})

/**
 * Runs `head (parts) tail`. @throws SCHEMA_UNSUPPORTED naming the table, the column whose part failed, and what is missing
 */
export async function runDdl(session: Session, place: Place, head: Sql, parts: readonly DdlPart[] = [], tail: Sql = sql``): Promise<void> {
  const statement = parts.length === 0 && tail.text === '' ? head : sql`${head} (${join(parts.map((part) => part.sql))})${tail}`
  try {
    await session.run(statement, place)
  } catch (error) {
    throw ddlError(error, place, columnAt(databaseError(error)?.position, head, parts))
  }
}

/** @returns SCHEMA_UNSUPPORTED where the definition cannot be had on this server, else the error itself */
export function ddlError(error: unknown, place: Place, column?: string): unknown {
  const cause = databaseError(error)
  const reason = cause === null ? undefined : MISSING[cause.code ?? '']
  if (cause === null || reason === undefined) return error
  const code = cause.code === '42501' ? 'STORE_NOT_PERMITTED' : 'SCHEMA_UNSUPPORTED'
  return new HoldallError(code, { ...place, ...(column === undefined ? {} : { column }), message: `${reason}: ${cause.message}`, cause })
}

/** The server counts characters from 1. */
function columnAt(position: string | undefined, head: Sql, parts: readonly DdlPart[]): string | undefined {
  if (position === undefined) return undefined
  let left = Number(position) - 1 - (Array.from(head.text).length + 2)
  if (left < 0) return undefined
  for (const part of parts) {
    const length = Array.from(part.sql.text).length
    if (left < length) return part.column
    left -= length + 2
  }
  return undefined
}
