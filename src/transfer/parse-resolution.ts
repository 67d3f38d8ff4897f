import type { HoldallError } from '../errors/holdall-error.js'
import { nearHint } from '../schema/near-hint.js'
import type { Schema, Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { Reason, Resolution } from '../stores/import-table.js'

/** The archive that resolutions are about. */
export interface ResolvedArchive {
  readonly exportId: string
  readonly schema: Schema
  /** Null where that is not known. */
  rowCount(table: string): number | null
}

/** A line of a resolutions file that decides something. */
export type ResolutionLine =
  | { readonly kind: 'table'; readonly table: string; readonly resolution: 'theirs' | 'ours' }
  | { readonly kind: 'row'; readonly table: string; readonly row: number | null; readonly key: string; readonly resolution: Resolution }

type Fault = (problem: string, hint?: string) => HoldallError
type Line = Readonly<Record<string, unknown>>

const OF_TABLE = ['table', 'conflicts', 'resolution']
const OF_ROW = ['table', 'row', 'key', 'reason', 'columns', 'base', 'ours', 'theirs', 'resolution']
const SIDES = 'It is null, "theirs", "ours"'

/** One line after the header; null where it decides nothing. Strict, for a decision that is not understood would be lost. */
export function parseResolution(value: unknown, archive: ResolvedArchive, fault: Fault): ResolutionLine | null {
  if (value === undefined) throw fault('this is no JSON in UTF-8, one object a line')
  if (!isObject(value)) throw fault('this is no object')
  const table = tableOf(value, archive, fault)
  const whole = !Object.hasOwn(value, 'row') && !Object.hasOwn(value, 'key')
  const unknown = Object.keys(value).find((key) => !(whole ? OF_TABLE : OF_ROW).includes(key))
  if (unknown !== undefined) throw fault(`there is no key ${unknown} in a line of a ${whole ? 'table' : 'row'}`)
  if (!Object.hasOwn(value, 'resolution')) throw fault('resolution is missing', `${SIDES}, or by columns.`)
  const { resolution } = value
  if (whole) {
    if (resolution === null) return null
    if (!isSide(resolution)) throw fault(`resolution of the table ${table.id} is ${shown(resolution)}`, `${SIDES}.`)
    return { kind: 'table', table: table.id, resolution }
  }
  const row = rowOf(value, table, archive, fault)
  const { key } = value
  if (typeof key !== 'string') throw fault('key is no text')
  const decided = resolutionOf(resolution, table, fault)
  // Only there have the sides been compared column by column.
  if (decided !== null && typeof decided !== 'string' && value['reason'] !== ('both-changed' satisfies Reason)) {
    throw fault('resolution is by columns, and the reason of the conflict is not both-changed', 'Decide about the row as a whole: "theirs" or "ours".')
  }
  return decided === null ? null : { kind: 'row', table: table.id, row, key, resolution: decided }
}

function tableOf({ table }: Line, { schema }: ResolvedArchive, fault: Fault): Table {
  if (typeof table !== 'string') throw fault('table is no text')
  const found = schema.tables.find(({ id }) => id === table)
  if (found !== undefined) return found
  throw fault(`the archive has no table ${table}`, nearHint(table, schema.tables.map(({ id }) => id)).hint)
}

function rowOf({ row }: Line, table: Table, archive: ResolvedArchive, fault: Fault): number | null {
  // A row that the archive lacks is named by its key alone.
  if (row === null) return null
  if (typeof row !== 'number' || !Number.isSafeInteger(row) || row < 1) throw fault(`row is ${shown(row)}, and rows count from 1`)
  const rows = archive.rowCount(table.id)
  if (rows !== null && row > rows) throw fault(`row is ${row}, and the archive has ${rows} of ${table.id}`)
  return row
}

function resolutionOf(resolution: unknown, table: Table, fault: Fault): Resolution | null {
  if (resolution === null || isSide(resolution)) return resolution
  if (!isObject(resolution)) throw fault(`resolution is ${shown(resolution)}`, `${SIDES}, or an object of columns with "theirs" or "ours" (where both changed a row).`)
  const columns = storedColumns(table).map(({ name }) => name)
  const entries = Object.entries(resolution)
  if (entries.length === 0) throw fault('resolution names no column')
  for (const [column, side] of entries) {
    if (!columns.includes(column)) {
      throw fault(`resolution names the column ${column}, which ${table.id} does not have`, nearHint(column, columns).hint)
    }
    if (!isSide(side)) throw fault(`resolution of the column ${column} is ${shown(side)}`, 'It is "theirs" or "ours".')
  }
  return Object.freeze(Object.fromEntries(entries)) as Resolution
}

function isSide(value: unknown): value is 'theirs' | 'ours' {
  return value === 'theirs' || value === 'ours'
}

function isObject(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Short, whatever it is. */
function shown(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 100)
  } catch {
    return 'nested too deep'
  }
}
