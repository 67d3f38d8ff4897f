import type { Sequence } from '../../../schema/schema.js'
import { ident, sql, verbatim, type Sql } from '../../sql.js'
import type { Session } from '../target/session.js'
import { noSuchType } from './check-type.js'
import { runDdl } from './ddl-error.js'
import { namespaceOf } from '../namespace-of.js'

export async function createSequence(session: Session, sequence: Sequence): Promise<void> {
  const place = { store: session.store, table: sequence.id }
  if (!['smallint', 'integer', 'bigint'].includes(sequence.dataType)) throw noSuchType(place, sequence.dataType)
  await runDdl(session, place, sql`CREATE SEQUENCE ${sequenceName(sequence)} AS ${verbatim(sequence.dataType)} ${sequenceOptions(sequence)}`)
}

export function sequenceName(sequence: Sequence): Sql {
  return ident(namespaceOf(sequence), sequence.name)
}

/** Options as of CREATE SEQUENCE and of identity columns alike. */
export function sequenceOptions(sequence: Sequence): Sql {
  const { start, increment, min, max, cache, cycle } = sequence
  return sql`INCREMENT BY ${whole(increment)} MINVALUE ${whole(min)} MAXVALUE ${whole(max)} START WITH ${whole(start)} CACHE ${whole(cache)}${cycle ? sql` CYCLE` : sql` NO CYCLE`}`
}

function whole(digits: string): Sql {
  return verbatim(BigInt(digits).toString())
}
