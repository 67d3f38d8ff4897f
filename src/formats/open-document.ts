import { HoldallError } from '../errors/holdall-error.js'
import { DocumentCursor } from './document-cursor.js'
import { METADATA_KEY } from './json-document.js'

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const QUOTE = 0x22

/** A document that was read up to the end of its metadata. */
export interface OpenedDocument {
  readonly cursor: DocumentCursor
  /** As parsed: nothing of it was checked. */
  readonly metadata: unknown
}

/** Begins to read a document of any kind. The caller closes the cursor. @throws DOCUMENT_INVALID, INTERRUPTED */
export async function openDocument(source: AsyncIterable<Buffer>, signal: AbortSignal | undefined): Promise<OpenedDocument> {
  const cursor = new DocumentCursor(source, signal)
  try {
    if ((await cursor.peek('the document')) === undefined) throw new HoldallError('DOCUMENT_INVALID', { message: 'the document is empty' })
    if (cursor.bytes.subarray(cursor.at, cursor.at + 3).equals(BYTE_ORDER_MARK)) cursor.advance(cursor.at + 3)
    await cursor.take('{', 'the document')
    const start = await cursor.peek('the document')
    const key = start === QUOTE ? await cursor.key('the first key') : null
    if (key !== METADATA_KEY) throw cursor.fault(cursor.at, `the first key of the document is not "${METADATA_KEY}"`)
    return { cursor, metadata: await cursor.value(METADATA_KEY) }
  } catch (error) {
    await cursor.close()
    throw error
  }
}
