import { HoldallError } from '../../../errors/holdall-error.js'
import type { Column, LeftOut, Schema, Table } from '../../../schema/schema.js'
import { ident, literal, sql, verbatim, type Sql } from '../../sql.js'
import type { Session } from '../target/session.js'
import { sequenceName, sequenceOptions } from './create-sequence.js'
import { collate } from './create-type.js'
import { runDdl, type DdlPart } from './ddl-error.js'
import { expression } from './expression.js'
import { namespaceOf } from '../namespace-of.js'

/** First server that computes a generated column when it is read. */
const VIRTUAL_SINCE = 180_000

export function tableName(table: Table): Sql {
  return ident(namespaceOf(table), table.name)
}

/**
 * Creates the bare table: columns and validated checks. Everything that costs time for every row follows when the rows
 * are there. @throws SCHEMA_UNSUPPORTED
 */
export async function createTable(session: Session, schema: Schema, table: Table, serverVersion: number): Promise<readonly LeftOut[]> {
  const leftOut: LeftOut[] = []
  const place = { store: session.store, table: table.id }
  if (table.traits.includes('partitioned')) leftOut.push({ kind: 'partition layout', name: table.id, reason: 'created as one ordinary table' })
  const parts: DdlPart[] = []
  for (const column of table.columns) {
    const generated = column.generated
    if (generated !== null && !generated.stored && serverVersion < VIRTUAL_SINCE) {
      leftOut.push({ kind: 'virtual column', name: `${table.id}.${column.name}`, reason: 'this server has none; created as a stored generated column' })
    }
    parts.push({ sql: columnDefinition(schema, table, column, serverVersion), column: column.name })
  }
  for (const check of table.checks.filter((each) => each.validated)) {
    parts.push({ sql: sql`${check.name === null ? sql`` : sql`CONSTRAINT ${ident(check.name)} `}CHECK ${expression(check.expression, place)}` })
  }
  const head = sql`CREATE ${table.traits.includes('unlogged') ? sql`UNLOGGED ` : sql``}TABLE ${tableName(table)}`
  if (parts.length === 0) await runDdl(session, place, sql`${head} ()`)
  else await runDdl(session, place, head, parts)
  return leftOut
}

function columnDefinition(schema: Schema, table: Table, column: Column, serverVersion: number): Sql {
  const notNull = column.nullable ? sql`` : sql` NOT NULL`
  return sql`${ident(column.name)} ${verbatim(column.type.declared)}${collate(column.collation)}${origin(schema, table, column, serverVersion)}${notNull}`
}

/** Where the value comes from when none is given. */
function origin(schema: Schema, table: Table, column: Column, serverVersion: number): Sql {
  const place = { table: table.id, column: column.name }
  if (column.generated !== null) {
    const kind = column.generated.stored || serverVersion < VIRTUAL_SINCE ? sql`STORED` : sql`VIRTUAL`
    return sql` GENERATED ALWAYS AS ${expression(column.generated.expression, place)} ${kind}`
  }
  const identity = column.identity
  if (identity === null) return column.default === null ? sql`` : sql` DEFAULT ${expression(column.default, place)}`
  if (identity.kind === 'rowid') throw new HoldallError('INTERNAL', { table: table.id, column: column.name, message: 'a rowid reached PostgreSQL unmapped' })
  const sequence = schema.sequences.find((each) => each.id === identity.sequence)
  if (identity.kind === 'serial') {
    if (sequence === undefined) throw new HoldallError('SCHEMA_UNSUPPORTED', { table: table.id, column: column.name, message: `the sequence ${identity.sequence} is not in the schema` })
    return sql` DEFAULT pg_catalog.nextval(${literal(sequenceName(sequence).text)}::pg_catalog.regclass)`
  }
  const options = sequence === undefined ? sql`` : sql` (SEQUENCE NAME ${sequenceName(sequence)} ${sequenceOptions(sequence)})`
  return sql` GENERATED ${identity.kind === 'always' ? sql`ALWAYS` : sql`BY DEFAULT`} AS IDENTITY${options}`
}
