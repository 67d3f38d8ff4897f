import type { ArchiveSchema } from '../archive/archive-schema.js'
import { HoldallError } from '../errors/holdall-error.js'
import { DocumentCursor } from './document-cursor.js'
import { DocumentWalk, type DocumentTable } from './document-walk.js'
import { METADATA_KEY, type DocumentGroup } from './json-document.js'
import { parseMetadata, type DocumentMetadata } from './parse-metadata.js'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const QUOTE = 0x22

/** A document that is being read; only once, front to back. */
export interface JsonDocument {
  /** As an archive of the same rows would have it. */
  readonly schema: ArchiveSchema
  /** Null when the document has no groups. */
  readonly groups: readonly DocumentGroup[] | null
  readonly recordCounts: ReadonlyMap<string, number>
  /**
   * Every table of the schema once, in document order. Ends only when the document has been read to its end and found
   * whole: before, nothing read from it may be committed.
   */
  tables(): AsyncIterable<DocumentTable>
  /** Reads and checks what is left of it. @throws DOCUMENT_INVALID */
  finish(): Promise<void>
  /** After the end: true when the rows are not those that were exported, because somebody edited them. */
  handEdited(): boolean
  /** Gives the source back early. */
  close(): Promise<void>
}

/**
 * Begins to read a document: its metadata now, its rows when they are asked for. Any legal white space and any order of
 * keys within rows is read; what comes out is canonical.
 * @throws DOCUMENT_INVALID with byte, line, table and row, here and while rows are read; ARCHIVE_NEWER, INTERRUPTED
 */
export async function readJsonDocument(source: AsyncIterable<Buffer>, signal?: AbortSignal): Promise<JsonDocument> {
  const cursor = new DocumentCursor(source, signal)
  try {
    const metadata = await readMetadata(cursor)
    const walk = new DocumentWalk(cursor, metadata)
    return Object.freeze({
      ...metadata,
      tables: () => walk.tables(),
      finish: async () => walk.finish(),
      handEdited: () => walk.handEdited(),
      close: async () => cursor.close(),
    })
  } catch (error) {
    await cursor.close()
    throw error
  }
}

async function readMetadata(cursor: DocumentCursor): Promise<DocumentMetadata> {
  if ((await cursor.peek('the document')) === undefined) throw new HoldallError('DOCUMENT_INVALID', { message: 'the document is empty' })
  if (cursor.bytes.subarray(cursor.at, cursor.at + 3).equals(BYTE_ORDER_MARK)) cursor.advance(cursor.at + 3)
  await cursor.take('{', 'the document')
  const start = await cursor.peek('the document')
  const key = start === QUOTE ? await cursor.key('the first key') : null
  if (key !== METADATA_KEY) throw cursor.fault(cursor.at, `the first key of the document is not "${METADATA_KEY}"`)
  return parseMetadata(await cursor.value(METADATA_KEY))
}
