import { createHash } from 'node:crypto'
import type { ArchiveSchema } from '../archive/archive-schema.js'
import type { ArchiveSink } from '../archive/archive-sink.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { ROW_LIMIT } from '../archive/limits.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { documentGroups } from './document-groups.js'
import { DocumentLayout } from './document-layout.js'
import { END_KEY, METADATA_KEY, RESERVED_KEYS, STUBS_KEY, TABLES_KEY, type DocumentGroup } from './json-document.js'
import { endText, metadataText } from './metadata-text.js'

const NEWLINE = 0x0a

export interface JsonDocumentProps {
  /** Its tables are those of the document. */
  readonly schema: ArchiveSchema
  /** Group to table ids and patterns, as a profile has them; empty: no groups. */
  readonly groups: Readonly<Record<string, readonly string[]>>
  /** How many rows each table is going to give, by id. */
  readonly counts: ReadonlyMap<string, number>
  /** True: every row is indented too; else a row takes one line. */
  readonly pretty: boolean
  /** Called once for each table, when its turn has come. */
  readonly rows: (table: Table) => AsyncIterable<RowBatch>
  /** Called behind the last table, for each table of which there may be stubs. */
  readonly stubs?: (table: string) => AsyncIterable<RowBatch>
  /** More keys of the metadata, for people: what an archive keeps in statistics.json. */
  readonly statistics?: object
}

/** What was written of one table; `bytes` is its NDJSON, before layout. */
export interface WrittenTable {
  readonly table: string
  readonly rows: number
  readonly bytes: number
}

/**
 * Writes a document front to back, one batch of rows at a time in memory; the tables come back in document order.
 * The sink is not closed.
 * @throws VERIFICATION_FAILED when a table gives another number of rows than `counts` says, VALUE_UNWRITABLE for a row
 * beyond ROW_LIMIT, CONFIG_INVALID for a group with a reserved name, INTERRUPTED
 */
export async function writeJsonDocument(sink: ArchiveSink, document: JsonDocumentProps, signal?: AbortSignal): Promise<WrittenTable[]> {
  const tables = new Map(document.schema.schema.tables.map((table) => [table.id, table]))
  const counts = new Map([...tables.keys()].map((id) => [id, document.counts.get(id) ?? 0]))
  const groups = documentGroups(document.groups, [...tables.keys()])
  groups?.forEach(checkName)
  const hash = createHash('sha256')
  const layout = new DocumentLayout(document.pretty)
  const written: WrittenTable[] = []
  layout.open('{')
  layout.key(METADATA_KEY)
  layout.value(metadataText(document.schema, groups, counts, document.statistics))
  const writeRows = async (id: string, batches: AsyncIterable<RowBatch>): Promise<WrittenTable> => {
    layout.key(id)
    layout.open('[')
    let rows = 0
    let bytes = 0
    for await (const batch of batches) {
      throwIfInterrupted(signal)
      checkRowSizes(id, rows, batch)
      hash.update(batch.bytes)
      layout.rows(batch.bytes)
      await sink.write(layout.take())
      rows += batch.rows
      bytes += batch.bytes.length
    }
    layout.close(']')
    return Object.freeze({ table: id, rows, bytes })
  }
  for (const group of groups ?? [{ name: TABLES_KEY, tables: [...tables.keys()] }]) {
    layout.key(group.name)
    layout.open('{')
    for (const id of group.tables) {
      const table = tables.get(id)
      if (table === undefined) continue
      const done = await writeRows(id, document.rows(table))
      checkCount(id, counts.get(id), done.rows)
      written.push(done)
    }
    layout.close('}')
  }
  const stubs = Object.keys(document.schema.stubs)
  if (stubs.length > 0 && document.stubs !== undefined) {
    layout.key(STUBS_KEY)
    layout.open('{')
    for (const id of stubs) await writeRows(id, document.stubs(id))
    layout.close('}')
  }
  layout.key(END_KEY)
  layout.value(endText(counts, hash.digest('hex')))
  layout.close('}')
  layout.end()
  await sink.write(layout.take())
  return written
}

function checkName({ name }: DocumentGroup): void {
  if (RESERVED_KEYS.includes(name)) throw new HoldallError('CONFIG_INVALID', { message: `no group may be named ${name}` })
}

function checkCount(table: string, expected: number | undefined, count: number): void {
  if (count === expected) return
  throw new HoldallError('VERIFICATION_FAILED', { message: `${expected ?? 0} rows were counted and ${count} were read`, table })
}

/** What the reader would refuse is not written in the first place. */
function checkRowSizes(table: string, before: number, batch: RowBatch): void {
  if (batch.bytes.length <= ROW_LIMIT) return
  let row = before
  for (let start = 0; start < batch.bytes.length; ) {
    const newline = batch.bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? batch.bytes.length : newline
    row += 1
    if (end - start > ROW_LIMIT) {
      throw new HoldallError('VALUE_UNWRITABLE', { message: `a row of ${end - start} bytes is larger than a JSON document may hold (${ROW_LIMIT})`, hint: 'Use the archive format.', table, row })
    }
    start = end + 1
  }
}
