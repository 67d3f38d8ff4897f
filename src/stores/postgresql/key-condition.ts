import { HoldallError } from '../../errors/holdall-error.js'
import { present } from '../../errors/present.js'
import { cellValue } from '../../rows/cell-value.js'
import { nearHint } from '../../schema/near-hint.js'
import type { Column, Table } from '../../schema/schema.js'
import { ident, join, literal, sql, type Sql } from '../sql.js'
import type { RowFilter } from '../store.js'
import { jsonToLiteral } from './nested-literal.js'

/**
 * Rows whose columns hold one of the keys. A literal without a type takes the base type of the column beside it, without
 * its length or scale, so the column's own operator and index serve, and nothing is cut to fit.
 */
export function keyCondition(table: Table, keys: NonNullable<RowFilter['keys']>): Sql {
  const columns = keys.columns.map((name) => keyColumn(table, name))
  const rows = keys.values.flatMap((cells) => {
    const literals = columns.flatMap(({ column, text }, index) => text(present(cells[index]), column) ?? [])
    return literals.length === columns.length ? [literals.map(literal)] : []
  })
  if (rows.length === 0) return sql`false`
  const [only] = columns
  if (columns.length === 1 && only !== undefined) return sql`${only.compared} IN (${join(rows.flat())})`
  const any = rows.map((cells) => join(cells.map((cell, index) => sql`${present(columns[index]).compared} = ${cell}`), ' AND '))
  return sql`(${join(any.map((condition) => sql`(${condition})`), ' OR ')})`
}

interface KeyColumn {
  readonly column: Column
  readonly compared: Sql
  /** The literal's text, or null where no row can hold that value: PostgreSQL would refuse the whole statement for it. */
  readonly text: (cell: string, column: Column) => string | null
}

/** By declared type: what PostgreSQL takes for a value of it. */
const WHOLE: Readonly<Record<string, readonly [bigint, bigint]>> = Object.freeze({
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
  oid: [0n, 2n ** 32n - 1n],
})

function keyColumn(table: Table, name: string): KeyColumn {
  const column = table.columns.find((each) => each.name === name)
  if (column === undefined) throw missing(table, name)
  const own = ident(name)
  const { declared, encoding } = column.type
  switch (encoding.family) {
    case 'integer': {
      const range = Object.hasOwn(WHOLE, declared) ? WHOLE[declared] : undefined
      // A domain over one of them: numeric holds whatever comes.
      if (range === undefined) return { column, compared: sql`${own}::numeric`, text: wholeNumber }
      return { column, compared: own, text: (cell) => within(wholeNumber(cell), range) }
    }
    case 'decimal':
      return { column, compared: own, text: (cell) => matching(cell, /^(?:-?\d{1,9999}(?:\.\d{1,9999})?|NaN)$/) }
    case 'uuid':
      return { column, compared: own, text: (cell) => matching(cell, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) }
    case 'boolean':
      return { column, compared: own, text: (cell) => (cell === 'true' || cell === 'false' ? cell : null) }
    case 'bytes':
      return { column, compared: own, text: (cell) => bytes(matching(cell, /^(?:[0-9a-f]{2})*$/)) }
    case 'array':
    case 'composite':
      return { column, compared: own, text: (cell) => nested(cell, column) }
    case 'text':
      // The type name cuts what is too long for it.
      return { column, compared: declared === 'name' ? sql`${own}::text` : own, text: plainText }
    default:
      // Every value has one spelling in this session, and text takes any.
      return { column, compared: sql`${own}::text`, text: plainText }
  }
}

function plainText(cell: string, column: Column): string | null {
  if (cell === 'null') return null
  const value = cellValue(cell, column)
  const text = typeof value === 'string' ? value : cell
  return text.includes('\0') ? null : text
}

function matching(cell: string, form: RegExp): string | null {
  const text = cell.startsWith('"') ? cell.slice(1, -1) : cell
  return form.test(text) ? text : null
}

const wholeNumber = (cell: string): string | null => matching(cell, /^-?\d{1,19}$/)

function within(digits: string | null, [lowest, highest]: readonly [bigint, bigint]): string | null {
  return digits !== null && BigInt(digits) >= lowest && BigInt(digits) <= highest ? digits : null
}

const bytes = (hex: string | null): string | null => (hex === null ? null : `\\x${hex}`)

function nested(cell: string, { type }: Column): string | null {
  return cell === 'null' ? null : jsonToLiteral(JSON.parse(cell), type.encoding)
}

function missing(table: Table, column: string): HoldallError {
  return new HoldallError('COLUMN_NOT_FOUND', { table: table.id, column, message: `there is no column ${column}`, ...nearHint(column, table.columns.map(({ name }) => name)) })
}
