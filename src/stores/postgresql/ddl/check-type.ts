import { HoldallError, type Place } from '../../../errors/holdall-error.js'
import { sql } from '../../sql.js'
import type { Session } from '../target/session.js'
import { ddlError } from './ddl-error.js'

/** Whether the text is the name of a type of this server and nothing more; asked before it is written into a definition. */
export async function typeExists(session: Session, place: Place, declared: string): Promise<boolean> {
  try {
    const found = await session.rows(sql`SELECT pg_catalog.to_regtype($1) IS NOT NULL`, [declared], place)
    return found[0]?.[0] === 't'
  } catch (error) {
    throw ddlError(error, place)
  }
}

export function noSuchType(place: Place, declared: string): HoldallError {
  const hint = 'Install the extension or create the type that it comes from, then import again.'
  return new HoldallError('SCHEMA_UNSUPPORTED', { ...place, message: `the server has no type ${declared}`, hint })
}
