import { HoldallError } from '../../../errors/holdall-error.js'
import type { Check, UserType } from '../../../schema/schema.js'
import { ident, join, literal, sql, verbatim, type Sql } from '../../sql.js'
import type { Session } from '../target/session.js'
import { runDdl } from './ddl-error.js'
import { expression } from './expression.js'

export interface Need {
  readonly declared: string
  readonly column?: string
}

/** Creates one type. Checks that were never validated wait for `addDomainCheck`: old values may break them. */
export async function createType(session: Session, type: UserType): Promise<void> {
  const name = ident(type.namespace, type.name)
  const place = { store: session.store, table: type.id }
  switch (type.kind) {
    case 'enum':
      return runDdl(session, place, sql`CREATE TYPE ${name} AS ENUM (${join(type.labels.map((label) => literal(label)))})`)
    case 'domain': {
      const checks = type.checks.filter((check) => check.validated).map((check) => sql` ${domainCheck(check)}`)
      return runDdl(
        session,
        place,
        sql`CREATE DOMAIN ${name} AS ${verbatim(type.base)}${collate(type.collation)}${type.default === null ? sql`` : sql` DEFAULT ${expression(type.default, place)}`}${join(checks, '')}${type.nullable ? sql`` : sql` NOT NULL`}`,
      )
    }
    case 'composite': {
      const fields = type.fields.map((field) => ({ sql: sql`${ident(field.name)} ${verbatim(field.declared)}${collate(field.collation)}`, column: field.name }))
      return fields.length === 0 ? runDdl(session, place, sql`CREATE TYPE ${name} AS ()`) : runDdl(session, place, sql`CREATE TYPE ${name} AS`, fields)
    }
    case 'range':
      return runDdl(session, place, sql`CREATE TYPE ${name} AS RANGE (SUBTYPE = ${verbatim(type.subtype)})`)
  }
}

/** Types it is made of, by the column or field that is of that type. */
export function typeNeeds(type: UserType): readonly Need[] {
  if (type.kind === 'domain') return [{ declared: type.base }]
  if (type.kind === 'composite') return type.fields.map((field) => ({ declared: field.declared, column: field.name }))
  return type.kind === 'range' ? [{ declared: type.subtype }] : []
}

export async function addDomainChecks(session: Session, type: UserType): Promise<void> {
  if (type.kind !== 'domain') return
  for (const check of type.checks.filter((each) => !each.validated)) {
    await runDdl(session, { store: session.store, table: type.id }, sql`ALTER DOMAIN ${ident(type.namespace, type.name)} ADD ${domainCheck(check)} NOT VALID`)
  }
}

const NAME = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`
const QUALIFIED_NAME = new RegExp(`^${NAME}(?:\\.${NAME})?$`, 'u')

/** A collation's name as the source's server printed it, quoted and qualified. @throws SCHEMA_UNSUPPORTED */
export function collate(collation: string | null): Sql {
  if (collation === null) return sql``
  if (!QUALIFIED_NAME.test(collation)) throw new HoldallError('SCHEMA_UNSUPPORTED', { message: `that is no name of a collation: ${collation.slice(0, 200)}` })
  return sql` COLLATE ${verbatim(collation)}`
}

function domainCheck(check: Check): Sql {
  return sql`${check.name === null ? sql`` : sql`CONSTRAINT ${ident(check.name)} `}CHECK ${expression(check.expression, {})}`
}
