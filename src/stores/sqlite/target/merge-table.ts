import { present } from '../../../errors/present.js'
import { affinityOf } from '../../../schema/affinity.js'
import type { Column } from '../../../schema/schema.js'
import type { ImportColumn } from '../../import-table.js'
import { all } from '../../merge/aliases.js'
import type { MergeTable } from '../../merge/merge-table.js'
import { ident, sql, type Sql } from '../../sql.js'
import { columnValue } from './column-value.js'
import { holding } from './holding.js'
import { keyTextSql } from './key-text-sql.js'
import { locatorCollation } from './locator-collation.js'
import { rowLocator } from './row-locator.js'
import type { ImportSession, StagedTable } from './session.js'
import { stageColumn } from './staging.js'
import { uniqueKeys } from './unique-keys.js'
import { sameValue } from './value-comparison.js'
import { wholeRow } from './whole-row.js'

/** A staged table as the shared merge sees it. @throws SCHEMA_UNSUPPORTED when its rows cannot be told apart */
export function mergeTable(session: ImportSession, { table, number, stage, rows, stubs }: StagedTable): MergeTable {
  const { target, columns } = table
  const indexes = new Map(columns.map((column, index) => [column.target.name, index]))
  const indexOf = (name: string): number => present(indexes.get(name), 'the column is not among those written', { table: target.id, column: name })
  const columnOf = (name: string): ImportColumn => present(columns[indexOf(name)])
  const at = (alias: Sql, name: string): Sql => sql`${alias}.${stageColumn(indexOf(name))}`
  const stored = (alias: Sql, name: string): Sql => sql`${alias}.${ident(name)}`
  const keys = uniqueKeys(session.db, table)
  const locator = rowLocator(target)
  const collations = locator.map((name) => {
    const collation = locatorCollation(session.db, target.name, name)
    return collation === null ? sql`` : sql` COLLATE ${collation}`
  })
  return Object.freeze<MergeTable>({
    table,
    number,
    staged: stage,
    ordinal: ident('ordinal'),
    stub: ident('stub'),
    rows: rows + stubs,
    stubs,
    there: present(session.counts.get(target.id)),
    target: ident('main', target.name),
    column: (name) => stageColumn(indexOf(name)),
    locator: locator.map((name) => ident(name)),
    locatorColumns: locator.every((name) => indexes.has(name)) ? locator : null,
    located: (there, other) => all(locator.map((name, index) => sql`${stored(there, name)} = ${other}.${ident(`l${index}`)}${present(collations[index])}`)),
    equal: (name, staged, there) => sql`${stored(there, name)} = ${at(staged, name)} COLLATE ${keys.collation(name)}`,
    same: (name, staged, there) => sameValue(target, columnOf(name), stored(there, name), at(staged, name)),
    sameStaged: (name, one, other) => sameValue(target, columnOf(name), at(one, name), at(other, name)),
    isKey: (names) => keys.isKey(names),
    meets: (name, key, by, value) => sql`${key} = ${sameAffinity(columnOf(name).target, by) ? value : columnValue(holding(target, columnOf(name).target), value)} COLLATE ${keys.collation(name)}`,
    grouped: (name, staged) => sql`${at(staged, name)} COLLATE ${keys.collation(name)}`,
    whole: (names, staged) => wholeRow(target, names.map(columnOf), (column) => at(staged, column.target.name)),
    wholeThere: (names, there) => wholeRow(target, names.map(columnOf), (column) => stored(there, column.target.name)),
    nullable: (name) => columnOf(name).target.nullable,
    lastGiven: (name) => lastGiven(session, target.name, columnOf(name)),
    value: (name, expression) => columnValue(holding(target, columnOf(name).target), expression),
    keyText: (names, staged) => keyTextSql(names, names.map((name) => at(staged, name))),
    keyTextThere: (names, there) => keyTextSql(names, names.map((name) => stored(there, name))),
  })
}

/** As foreign keys compare: the affinity of the column referred to is applied to the value that refers. */
function sameAffinity(one: Column, other: Column): boolean {
  return affinityOf(one.type.declared) === affinityOf(other.type.declared)
}

/** AUTOINCREMENT alone remembers what it has handed out. */
function lastGiven({ db }: ImportSession, table: string, { target: { identity } }: ImportColumn): bigint | null {
  if (identity?.kind !== 'rowid' || !identity.autoincrement) return null
  return db.prepare<[string], bigint | null>(sql`SELECT max(seq) FROM main.sqlite_sequence WHERE name = ?`.text).safeIntegers().pluck().get(table) ?? null
}
