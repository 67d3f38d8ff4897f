import { HoldallError } from '../../../errors/holdall-error.js'
import { present } from '../../../errors/present.js'
import { texts } from '../../texts.js'
import { ident, join, literal, sql, type Sql } from '../../sql.js'
import { expectedEquality, keysMeet, type KeyEquality } from './key-equality.js'
import type { Session } from './session.js'

/** What a check of one foreign key needs to know. */
export interface CheckedReference {
  readonly name: string
  readonly child: { readonly only: Sql; readonly label: string; readonly columns: readonly string[] }
  readonly parent: { readonly sql: Sql; readonly only: Sql; readonly label: string; readonly columns: readonly string[] }
  readonly matchFull: boolean
  /** Null: the key is not there yet. */
  readonly equals: readonly KeyEquality[] | null
  /** Its last column is a period, which rows of the parent have to cover together (PostgreSQL 18). */
  readonly temporal: boolean
}

const SHOWN = 5

/** Rows of the child that refer to nothing. Null when there is none. */
export async function referenceViolation(session: Session, reference: CheckedReference, cause?: unknown): Promise<HoldallError | null> {
  const { child, parent } = reference
  const equals = reference.equals ?? (await expectedEquality(session, { table: parent.sql, columns: parent.columns }))
  const found = await session.rows(
    sql`SELECT ${join(child.columns.map((column) => sql`c.${ident(column)}::pg_catalog.text`))}, pg_catalog.count(*) OVER (),
          ${keyOf(await keyColumns(session, child))}
        FROM ${child.only} c WHERE ${dangling(reference, equals)} LIMIT ${SHOWN}`,
    [],
    { table: child.label },
  )
  const first = found[0]
  if (first === undefined) return null
  const count = Number(first[child.columns.length])
  const value = (row: readonly (string | null)[]): string => child.columns.map((column, index) => `${column}=${row[index] ?? 'NULL'}`).join(', ')
  const lines = found.map((row) => {
    const key = row.at(-1) ?? null
    return `${child.label}${key === null ? '' : ` row ${key}`}: ${value(row)} is not in ${parent.label} (${parent.columns.join(', ')})`
  })
  const key = first.at(-1) ?? null
  return new HoldallError('REFERENCE_UNRESOLVED', {
    store: session.store,
    table: child.label,
    column: child.columns.join(', '),
    ...(key === null ? {} : { key }),
    message: `${count} ${count === 1 ? 'row refers' : 'rows refer'} to nothing: ${value(first)} is not in ${parent.label} (foreign key ${reference.name})`,
    details: count > lines.length ? [...lines, `and ${count - lines.length} more`] : lines,
    cause,
  })
}

/** True for a row `c` of the child whose reference holds no row of the parent. */
function dangling({ child, parent, matchFull, temporal }: CheckedReference, equals: readonly KeyEquality[]): Sql {
  const scalars = temporal ? child.columns.slice(0, -1) : child.columns
  const meets = keysMeet({ child: { columns: scalars }, equals }, parent.columns.map((column) => sql`p.${ident(column)}`), ident('c'))
  const rows = sql`FROM ${parent.only} p WHERE ${meets}`
  const [childPeriod, parentPeriod] = [ident(present(child.columns.at(-1))), ident(present(parent.columns.at(-1)))]
  const held = temporal ? sql`COALESCE((SELECT c.${childPeriod} OPERATOR(pg_catalog.<@) pg_catalog.range_agg(p.${parentPeriod}) ${rows}), false)` : sql`EXISTS (SELECT ${rows})`
  const isSet = child.columns.map((column) => sql`(c.${ident(column)} IS NOT NULL)`)
  const [allSet, someSet] = [join(isSet, ' AND '), join(isSet, ' OR ')]
  const missing = sql`(${allSet}) AND NOT ${held}`
  return matchFull ? sql`((${missing}) OR ((${someSet}) AND NOT (${allSet})))` : missing
}

/** Columns that name a row for people: those of the primary key, if there is one yet. */
async function keyColumns(session: Session, child: CheckedReference['child']): Promise<readonly string[]> {
  const rows = await session.rows(
    sql`SELECT a.attname FROM (SELECT c.tableoid FROM ${child.only} c LIMIT 1) one
        JOIN pg_catalog.pg_index i ON i.indrelid = one.tableoid AND i.indisprimary
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::pg_catalog.int2[])
        ORDER BY pg_catalog.array_position(i.indkey::pg_catalog.int2[], a.attnum)`,
  )
  return rows.map((row) => texts(row, 1)[0])
}

function keyOf(columns: readonly string[]): Sql {
  if (columns.length === 0) return sql`NULL`
  return sql`pg_catalog.concat_ws(', ', ${join(columns.map((column) => sql`pg_catalog.concat(${literal(`${column}=`)}, c.${ident(column)})`))})`
}
