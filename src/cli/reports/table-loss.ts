import type { TableLoss } from '../../archive/archive-schema.js'
import type { JsonObject } from '../json.js'
import { formatRows } from '../text/quantities.js'

export function lossJson(loss: TableLoss): JsonObject {
  return { table: loss.table, chunks: loss.chunks, rows: loss.rows, end_unknown: loss.endUnknown }
}

/** What of a table was lost, for people. */
export function lossText(loss: TableLoss): string {
  const rows = loss.rows === null ? 'an unknown number of rows' : formatRows(loss.rows)
  const chunks = loss.chunks.length === 0 ? '' : ` in ${loss.chunks.length === 1 ? 'chunk' : 'chunks'} ${loss.chunks.join(', ')}`
  const end = loss.endUnknown ? `${loss.chunks.length === 0 ? '' : ', and '}perhaps all after the last chunk` : ''
  return loss.chunks.length === 0 && loss.endUnknown ? end : `${rows}${chunks}${end}`
}
