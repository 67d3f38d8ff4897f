import { createHash, type Hash } from 'node:crypto'
import { HoldallError } from '../errors/holdall-error.js'
import { documentRows, type RowRewriter } from './document-rows.js'
import { JsonFault } from './json-fault.js'
import { METADATA_KEY } from './json-document.js'
import { openDocument } from './open-document.js'
import { parsePlainMetadata, type PlainMetadata } from './plain-metadata.js'
import { plainTables } from './plain-walk.js'
import { scanMembers } from './scan-members.js'

export interface PlainTable {
  readonly rows: number
  /** Keys that any of its rows has, in the order in which they were met. */
  readonly columns: readonly string[]
}

/** What a plain document holds, found by reading it whole: it describes no tables. */
export interface PlainSurvey {
  readonly metadata: PlainMetadata
  readonly tables: ReadonlyMap<string, PlainTable>
  /** Of all its bytes, hex. */
  readonly sha256: string
}

/** No table of either engine has more columns by far, and keys must not fill the memory. */
const MOST_COLUMNS = 32_768

/**
 * Reads a plain document once, from its first byte to its last, so that everything that can be wrong with it as JSON is known.
 * `accept` hears its metadata before its rows are read. @throws DOCUMENT_INVALID, INTERRUPTED, and what `accept` throws
 */
export async function surveyPlainDocument(source: AsyncIterable<Buffer>, accept: (metadata: PlainMetadata) => void, signal?: AbortSignal): Promise<PlainSurvey> {
  const hash = createHash('sha256')
  const { cursor, metadata: value } = await openDocument(hashed(source, hash), signal)
  try {
    const metadata = parsePlainMetadata(value)
    if (metadata === null) throw new HoldallError('DOCUMENT_INVALID', { message: `${METADATA_KEY} names neither a format nor a schema_version` })
    accept(metadata)
    const tables = new Map<string, PlainTable>()
    for await (const id of plainTables(cursor)) {
      const columns = new Set<string>()
      let rows = 0
      for await (const batch of documentRows(cursor, id, keyCollector(columns))) rows += batch.rows
      tables.set(id, Object.freeze({ rows, columns: Object.freeze([...columns]) }))
    }
    for (const [table, counted] of metadata.recordCounts ?? []) compare(table, counted, tables.get(table)?.rows ?? 0)
    return Object.freeze({ metadata, tables, sha256: hash.digest('hex') })
  } finally {
    await cursor.close()
  }
}

/** Writes nothing; every row becomes an empty line. */
function keyCollector(columns: Set<string>): RowRewriter {
  return (text, at) => {
    // A row that is cut by the end of the bytes at hand is scanned again; keys of it that were met stay met.
    const end = scanMembers(text, at, ({ name, at: key }) => {
      columns.add(name)
      if (columns.size > MOST_COLUMNS) throw new JsonFault(key, `the rows of the table have more than ${MOST_COLUMNS} different keys`)
    })
    return end
  }
}

function compare(table: string, counted: number, found: number): void {
  if (counted === found) return
  throw new HoldallError('DOCUMENT_INVALID', {
    message: `the document holds ${found} rows, and record_counts of ${METADATA_KEY} says ${counted}`,
    hint: `The document was cut or changed. If rows were added or removed on purpose, correct record_counts in ${METADATA_KEY}.`,
    table,
  })
}

async function* hashed(source: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk)
    yield chunk
  }
}
