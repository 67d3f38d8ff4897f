import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { documentRows, type RowRewriter } from './document-rows.js'
import { openDocument } from './open-document.js'
import type { PlainConversion } from './plain-cell.js'
import { plainRowRewriter } from './plain-row.js'
import { plainTables } from './plain-walk.js'
import type { PlainTable } from './survey-plain-document.js'
import { scanMembers } from './scan-members.js'
import { withoutReturn } from './without-return.js'

export interface PlainReading {
  /** The tables to read, with the columns that the document has of them. */
  readonly tables: readonly Table[]
  readonly surveyed: ReadonlyMap<string, PlainTable>
  readonly conversion: PlainConversion
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the rows of a plain document that was surveyed, as canonical rows of the tables given. Other tables, and keys that are no columns
 * of theirs, are passed over.
 * @throws DOCUMENT_INVALID with table, row, column and place, INTERRUPTED
 */
export async function* readPlainDocument(source: AsyncIterable<Buffer>, { tables, surveyed, conversion, signal }: PlainReading): AsyncGenerator<{ readonly id: string; readonly rows: AsyncIterable<RowBatch> }> {
  const { cursor } = await openDocument(source, signal)
  try {
    for await (const id of plainTables(cursor)) {
      const columns = surveyed.get(id)?.columns ?? []
      const table = tables.find((each) => each.id === id)
      const counted = { rows: 0 }
      const rows = countRows(documentRows(cursor, id, table === undefined ? passOver : plainRowRewriter(table, columns, conversion)), counted)
      if (table !== undefined) yield { id, rows: withoutReturn(rows) }
      while ((await rows.next()).done !== true);
      if (counted.rows !== surveyed.get(id)?.rows) throw changed(id)
    }
  } finally {
    await cursor.close()
  }
}

async function* countRows(batches: AsyncIterable<RowBatch>, counted: { rows: number }): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    counted.rows += batch.rows
    yield batch
  }
}

const passOver: RowRewriter = (text, at) => scanMembers(text, at, () => undefined)

function changed(table: string): HoldallError {
  return new HoldallError('DOCUMENT_INVALID', { message: 'the document was changed while it was read', hint: 'Run it again.', table })
}
