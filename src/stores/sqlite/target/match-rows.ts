import { HoldallError } from '../../../errors/holdall-error.js'
import { ident, join, sql, type Sql } from '../../sql.js'
import { allOf } from './all-of.js'
import { identified, identityColumns, type IdentityColumn } from './identity-columns.js'
import { keyText } from './key-text.js'
import { rowLocator } from './row-locator.js'
import { CLASS, type ImportSession, type StagedTable } from './session.js'
import { stageColumn } from './staging.js'
import { sameValue, storageClass } from './value-comparison.js'

const EXAMPLES = 5

/**
 * Writes the table of matches: every staged row with its class and the row of the target that it is. Rows are the same
 * by identity; where there is none, or a NULL in it, the whole row is its identity, as often as it is there.
 * @throws AMBIGUOUS
 */
export function matchRows(session: ImportSession, staged: StagedTable, matches: Sql): void {
  const { table } = staged
  const { columns, unique } = table.identity === null ? { columns: [], unique: false } : identityColumns(session.db, table, table.identity)
  if (columns.length > 0) {
    refuseDuplicates(session, staged, columns)
    matchByIdentity(session, staged, columns, matches)
    if (!unique) refuseSeveralMatches(session, staged, columns, matches)
  }
  matchWhole(session, staged, columns, matches)
}

function refuseDuplicates(session: ImportSession, staged: StagedTable, identity: readonly IdentityColumn[]): void {
  const columns = identity.map(({ index }) => sql`s.${stageColumn(index)}`)
  const grouped = join(identity.map(({ index, collation }) => sql`s.${stageColumn(index)} COLLATE ${collation}`))
  const duplicates = sql`SELECT ${join(columns)} FROM ${staged.rows} AS s WHERE ${identified(columns)} GROUP BY ${grouped} HAVING count(*) > 1`
  refuseKeys(session, staged, identity, duplicates, 'the archive')
}

function refuseSeveralMatches(session: ImportSession, staged: StagedTable, identity: readonly IdentityColumn[], matches: Sql): void {
  const columns = identity.map(({ index }) => sql`s.${stageColumn(index)}`)
  const several = sql`SELECT ${join(columns)} FROM ${staged.rows} AS s WHERE s.ordinal IN (SELECT ordinal FROM ${matches} GROUP BY ordinal HAVING count(*) > 1)`
  refuseKeys(session, staged, identity, several, 'the target')
}

function refuseKeys(session: ImportSession, { table }: StagedTable, identity: readonly IdentityColumn[], keys: Sql, where: string): void {
  const rows = session.db.prepare<[], unknown[]>(sql`${keys} LIMIT ${EXAMPLES}`.text).safeIntegers().raw().all()
  if (rows.length === 0) return
  const total = session.db.prepare<[], number>(sql`SELECT count(*) FROM (${keys})`.text).pluck().get() ?? rows.length
  const texts = rows.map((row) => keyText(identity.map(({ name }) => name), row))
  throw new HoldallError('AMBIGUOUS', {
    message: total === 1 ? `several rows of ${where} have one identity` : `${total} identities have several rows each in ${where}`,
    table: table.target.id,
    key: texts[0] ?? '',
    details: texts,
  })
}

function matchByIdentity(session: ImportSession, { table, rows }: StagedTable, identity: readonly IdentityColumn[], matches: Sql): void {
  const locator = rowLocator(table.target)
  const located = locator.map((name) => sql`t.${ident(name)}`)
  const meets = allOf(identity.map(({ name, index, collation }) => sql`t.${ident(name)} = s.${stageColumn(index)} COLLATE ${collation}`))
  const same = allOf(table.columns.map((column, index) => sameValue(table.target, column, sql`t.${ident(column.target.name)}`, sql`s.${stageColumn(index)}`)))
  session.db.exec(
    sql`INSERT INTO ${matches} SELECT s.ordinal, CASE WHEN ${located[0] ?? sql`NULL`} IS NULL THEN ${CLASS.new} WHEN ${same} THEN ${CLASS.unchanged} ELSE ${CLASS.changed} END, ${join(located)}
      FROM ${rows} AS s LEFT JOIN main.${ident(table.target.name)} AS t ON ${meets} WHERE ${identified(identity.map(({ index }) => sql`s.${stageColumn(index)}`))}`.text,
  )
}

/** Equal rows are numbered on both sides, so that three here and two there are two unchanged and one new. */
function matchWhole(session: ImportSession, { table, rows }: StagedTable, identity: readonly IdentityColumn[], matches: Sql): void {
  const { db } = session
  const unidentified = sql`SELECT 1 FROM ${rows} AS s WHERE NOT (${identified(identity.map(({ index }) => sql`s.${stageColumn(index)}`))}) LIMIT 1`
  if (db.prepare(unidentified.text).get() === undefined) return
  const name = `holdall_whole_${[...session.staged.keys()].indexOf(table.target.id)}`
  const locator = rowLocator(table.target)
  const keys = locator.map((_, index) => ident(`k${index}`))
  const cells = table.columns.map((_, index) => stageColumn(index))
  const stored = table.columns.map((column) => sql`t.${ident(column.target.name)}`)
  const numbered = (values: readonly Sql[]): Sql =>
    sql`row_number() OVER (PARTITION BY ${join(values.flatMap((value, index) => {
      const column = table.columns[index]
      return column === undefined ? [] : [sql`${value} COLLATE BINARY`, storageClass(table.target, column, value)]
    }))})`
  db.exec(
    sql`CREATE TEMP TABLE ${ident(name)} (n, ${join([...keys, ...cells])});
      INSERT INTO temp.${ident(name)} SELECT ${numbered(stored)}, ${join(locator.map((column) => sql`t.${ident(column)}`))}, ${join(stored)} FROM main.${ident(table.target.name)} AS t WHERE NOT (${identified(identity.map((column) => sql`t.${ident(column.name)}`))});
      CREATE INDEX temp.${ident(`${name}_index`)} ON ${ident(name)} (${join([...cells, sql`n`])})`.text,
  )
  const same = allOf(table.columns.map((column, index) => sameWhole(table, column, index)))
  db.exec(
    sql`INSERT INTO ${matches} SELECT s.ordinal, CASE WHEN t.n IS NULL THEN ${CLASS.new} ELSE ${CLASS.unchanged} END, ${join(keys.map((key) => sql`t.${key}`))}
      FROM (SELECT s.ordinal, ${numbered(cells.map((cell) => sql`s.${cell}`))} AS n, ${join(cells.map((cell) => sql`s.${cell}`))} FROM ${rows} AS s WHERE NOT (${identified(identity.map(({ index }) => sql`s.${stageColumn(index)}`))})) AS s
      LEFT JOIN temp.${ident(name)} AS t ON t.n = s.n AND ${same}`.text,
  )
}

/** Both sides are columns without a type here, so the plain comparison can use the index. */
function sameWhole(table: StagedTable['table'], column: StagedTable['table']['columns'][number], index: number): Sql {
  const [t, s] = [sql`t.${stageColumn(index)}`, sql`s.${stageColumn(index)}`]
  return sql`(${t} IS ${s} AND ${storageClass(table.target, column, t)} = ${storageClass(table.target, column, s)})`
}
