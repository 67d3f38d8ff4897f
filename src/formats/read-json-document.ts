import type { ArchiveSchema } from '../archive/archive-schema.js'
import { DocumentWalk, type DocumentTable } from './document-walk.js'
import type { DocumentGroup } from './json-document.js'
import { openDocument } from './open-document.js'
import { parseMetadata } from './parse-metadata.js'

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
  const { cursor, metadata: value } = await openDocument(source, signal)
  try {
    const metadata = parseMetadata(value)
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
