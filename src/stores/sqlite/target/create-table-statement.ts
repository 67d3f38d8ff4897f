import type { Check, Column, Deferrability, Key, Reference, ReferenceAction, Table } from '../../../schema/schema.js'
import { ident, join, sql, verbatim, type Sql } from '../../sql.js'

const ACTIONS: Readonly<Record<ReferenceAction, Sql>> = {
  'no-action': sql`NO ACTION`,
  restrict: sql`RESTRICT`,
  cascade: sql`CASCADE`,
  'set-null': sql`SET NULL`,
  'set-default': sql`SET DEFAULT`,
}

const DEFERRABILITY: Readonly<Record<Deferrability, Sql>> = {
  'not-deferrable': sql``,
  'initially-immediate': sql` DEFERRABLE INITIALLY IMMEDIATE`,
  'initially-deferred': sql` DEFERRABLE INITIALLY DEFERRED`,
}

/** CREATE TABLE from the model, for a table that another engine described. `parent` names the table of an id. */
export function createTableStatement(table: Table, parent: (id: string) => string): Sql {
  const rowid = table.columns.find((column) => column.identity?.kind === 'rowid')
  const parts = [
    ...table.columns.map(columnDefinition),
    ...(table.primaryKey === null || rowid !== undefined ? [] : [sql`${named(table.primaryKey)}PRIMARY KEY ${columnList(table.primaryKey.columns)}`]),
    ...table.uniques.filter((key) => !ownsIndex(table, key)).map((key) => sql`${named(key)}UNIQUE ${columnList(key.columns)}`),
    ...table.checks.map((check) => sql`${named(check)}CHECK (${verbatim(check.expression)})`),
    ...table.references.map((reference) => referenceClause(reference, parent)),
  ]
  const options = [...(table.traits.includes('without-rowid') ? [sql`WITHOUT ROWID`] : []), ...(table.traits.includes('strict') ? [sql`STRICT`] : [])]
  return sql`CREATE TABLE ${ident(table.name)} (${join(parts)})${options.length === 0 ? sql`` : sql` ${join(options)}`}`
}

function columnDefinition(column: Column): Sql {
  const collation = column.collation === null ? sql`` : sql` COLLATE ${ident(column.collation)}`
  if (column.identity?.kind === 'rowid') return sql`${ident(column.name)} INTEGER PRIMARY KEY${column.identity.autoincrement ? sql` AUTOINCREMENT` : sql``}${collation}`
  const declared = column.type.declared === '' ? sql`` : sql` ${verbatim(column.type.declared)}`
  const notNull = column.nullable ? sql`` : sql` NOT NULL`
  const byDefault = column.default === null ? sql`` : sql` DEFAULT (${verbatim(column.default)})`
  const generated = column.generated === null ? sql`` : sql` GENERATED ALWAYS AS (${verbatim(column.generated.expression)}) ${column.generated.stored ? sql`STORED` : sql`VIRTUAL`}`
  return sql`${ident(column.name)}${declared}${collation}${notNull}${byDefault}${generated}`
}

/** A unique key over plain columns that stands among the indexes too is created there. */
function ownsIndex(table: Table, key: Key): boolean {
  return table.indexes.some((index) => index.unique && index.name === key.name)
}

function named(constraint: Key | Check | Reference): Sql {
  return constraint.name === null ? sql`` : sql`CONSTRAINT ${ident(constraint.name)} `
}

function columnList(columns: readonly string[]): Sql {
  return sql`(${join(columns.map((column) => ident(column)))})`
}

function referenceClause(reference: Reference, parent: (id: string) => string): Sql {
  const target = reference.targetColumns.length === 0 ? sql`` : sql` ${columnList(reference.targetColumns)}`
  return sql`${named(reference)}FOREIGN KEY ${columnList(reference.columns)} REFERENCES ${ident(parent(reference.table))}${target} ON UPDATE ${ACTIONS[reference.onUpdate]} ON DELETE ${ACTIONS[reference.onDelete]}${DEFERRABILITY[reference.deferrability]}`
}
