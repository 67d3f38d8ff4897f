import { HoldallError } from '../../../errors/holdall-error.js'
import type { Deferrability, Index, Key, Reference, ReferenceAction, Table } from '../../../schema/schema.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'
import type { Session } from '../target/session.js'
import { tableName } from './create-table.js'
import { runDdl } from './ddl-error.js'
import { expression } from './expression.js'
import { namespaceOf } from '../namespace-of.js'

/** Adds what `createTable` held back but for references: keys, indexes and checks that old rows may break. */
export async function finishTable(session: Session, table: Table): Promise<void> {
  const place = { store: session.store, table: table.id }
  const name = tableName(table)
  if (table.primaryKey !== null) await runDdl(session, place, sql`ALTER TABLE ${name} ADD ${keyDefinition(table.primaryKey, 'PRIMARY KEY')}`)
  // A unique index over plain columns is told twice, as a key and as the index that it is.
  const indexNames = new Set(table.indexes.map((index) => index.name))
  for (const key of table.uniques.filter((each) => each.name === null || !indexNames.has(each.name))) {
    await runDdl(session, place, sql`ALTER TABLE ${name} ADD ${keyDefinition(key, 'UNIQUE')}`)
  }
  for (const index of table.indexes) {
    await runDdl(session, place, indexDefinition(table, index))
    await checkIndex(session, table, index)
  }
  for (const check of table.checks.filter((each) => !each.validated)) {
    await runDdl(session, place, sql`ALTER TABLE ${name} ADD ${named(check.name)}CHECK ${expression(check.expression, place)} NOT VALID`)
  }
}

/** `CONSTRAINT n FOREIGN KEY …`; `target` is the table referred to. */
export function referenceDefinition(reference: Reference, target: Sql): Sql {
  return sql`${named(reference.name)}FOREIGN KEY (${columns(reference.columns)}) REFERENCES ${target} (${columns(reference.targetColumns)})${reference.match === 'full' ? sql` MATCH FULL` : sql``} ON UPDATE ${ACTION[reference.onUpdate]} ON DELETE ${ACTION[reference.onDelete]}${deferrable(reference.deferrability)}${reference.validated ? sql`` : sql` NOT VALID`}`
}

const ACTION: Readonly<Record<ReferenceAction, Sql>> = Object.freeze({
  'no-action': sql`NO ACTION`,
  restrict: sql`RESTRICT`,
  cascade: sql`CASCADE`,
  'set-null': sql`SET NULL`,
  'set-default': sql`SET DEFAULT`,
})

function keyDefinition(key: Key, kind: 'PRIMARY KEY' | 'UNIQUE'): Sql {
  return sql`${named(key.name)}${verbatim(kind)}${key.nullsNotDistinct ? sql` NULLS NOT DISTINCT` : sql``} (${columns(key.columns)})${deferrable(key.deferrability)}`
}

/** Its own statement may make an index of another name, or of a table that is not the archive's. @throws SCHEMA_UNSUPPORTED */
async function checkIndex(session: Session, table: Table, index: Index): Promise<void> {
  const names = [ident(namespaceOf(table), index.name).text, tableName(table).text]
  const found = await session.rows(sql`SELECT 1 FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass($1) AND indrelid = pg_catalog.to_regclass($2)`, names)
  if (found.length === 0) throw new HoldallError('SCHEMA_UNSUPPORTED', { table: table.id, message: `the definition of index ${index.name} makes something else than it says` })
}

/** The statement as the source printed it; it alone knows operator classes and storage options. */
function indexDefinition(table: Table, index: Index): Sql {
  if (/^CREATE (UNIQUE )?INDEX /.test(index.ddl)) return verbatim(index.ddl)
  throw new HoldallError('SCHEMA_UNSUPPORTED', { table: table.id, message: `the definition of index ${index.name} is none of PostgreSQL's` })
}

function named(name: string | null): Sql {
  return name === null ? sql`` : sql`CONSTRAINT ${ident(name)} `
}

function columns(names: readonly string[]): Sql {
  return join(names.map((name) => ident(name)))
}

function deferrable(deferrability: Deferrability): Sql {
  if (deferrability === 'not-deferrable') return sql``
  return deferrability === 'initially-deferred' ? sql` DEFERRABLE INITIALLY DEFERRED` : sql` DEFERRABLE INITIALLY IMMEDIATE`
}
