import { HoldallError } from '../../../errors/holdall-error.js'
import type { MergeTable } from '../../merge/merge-table.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { differs, equalValues, grouped, rowText, type ColumnFacts } from './column-facts.js'
import { keyText } from './key-text.js'
import type { Staging } from './staging.js'

/** `there`: rows of the target; `given`: by column, the last number that its sequence handed out. */
export function createMergeTable(staging: Staging, columns: readonly ColumnFacts[], there: number, given: ReadonlyMap<string, bigint>): MergeTable {
  const { table, relation } = staging
  const facts = new Map(columns.map((column) => [column.name, column]))
  const of = (name: string): ColumnFacts => {
    const found = facts.get(name)
    if (found === undefined) throw new HoldallError('INTERNAL', { table: table.target.id, column: name, message: 'the column is not written' })
    return found
  }
  const types = new Map(table.target.columns.map((column) => [column.name, column.type.declared]))
  const cell = (alias: Sql, name: string): Sql => sql`${alias}.${ident(name)}`
  const equal = (name: string, one: Sql, other: Sql): Sql => equalValues(of(name), cell(one, name), cell(other, name))
  const same = (name: string, one: Sql, other: Sql): Sql => sql`NOT ${differs(of(name), one, other)}`
  const keys = [...(table.target.primaryKey === null ? [] : [table.target.primaryKey]), ...table.target.uniques]
  const primary = writtenKey(table.target.primaryKey?.columns ?? [], facts)
  const place = relation.partitioned ? [ident('ctid'), ident('tableoid')] : [ident('ctid')]
  return Object.freeze<MergeTable>({
    table,
    number: staging.number,
    staged: staging.sql,
    ordinal: staging.ordinal,
    stub: staging.stub,
    rows: staging.rows,
    stubs: staging.stubs,
    there,
    target: relation.only,
    column: (name) => ident(name),
    locator: primary === null ? place : primary.map((column) => column.sql),
    locatorColumns: primary === null ? null : primary.map((column) => column.name),
    located: (alias, other) => {
      const at = (index: number): Sql => cell(other, `l${index}`)
      if (primary === null) return join(place.map((column, index) => sql`${alias}.${column} = ${at(index)}`), ' AND ')
      return join(primary.map((column, index) => equalValues(column, sql`${alias}.${column.sql}`, at(index))), ' AND ')
    },
    equal,
    same,
    sameStaged: same,
    isKey: (names) => names.every((name) => facts.get(name)?.notNull === true) && keys.some((key) => key.columns.every((name) => names.includes(name))),
    // A type's own operator is for two of its values; the server's are found for any two that have one.
    meets: (name, key, by, value) => (by.type.declared === types.get(name) ? equalValues(of(name), key, value) : sql`${key} = ${value}`),
    grouped: (name, alias) => grouped(of(name), cell(alias, name)),
    whole: (names, alias) => [rowText(alias, names.map(of))],
    wholeThere: (names, alias) => [rowText(alias, names.map(of))],
    nullable: (name) => of(name).nullable,
    lastGiven: (name) => given.get(name) ?? null,
    value: (name, expression) => {
      const { type, collation } = of(name)
      return collation === null ? sql`(${expression})::${type}` : sql`((${expression})::${type} COLLATE ${collation})`
    },
    keyText: (names, alias) => keyText(names.map(of), alias),
    keyTextThere: (names, alias) => keyText(names.map(of), alias),
  })
}

/** Null: a column of it is not written, or IS NULL might be true of a value. */
export function writtenKey(names: readonly string[], facts: ReadonlyMap<string, ColumnFacts>): readonly ColumnFacts[] | null {
  const found = names.flatMap((name) => facts.get(name) ?? [])
  return found.length === 0 || found.length < names.length || found.some((column) => column.composite) ? null : found
}
