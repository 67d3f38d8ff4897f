import { open, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { HoldallError } from '../../errors/holdall-error.js'
import { openStore } from '../../stores/open-store.js'
import { archiveSource } from '../archive-source.js'
import type { ImportSource } from '../import-source.js'
import { inputKind } from '../input-kind.js'
import { openInput } from '../open-input.js'
import { readHead } from '../read-head.js'
import { snapshotSource } from '../snapshot-source.js'

export interface OpenSide {
  readonly source: ImportSource
  readonly notes: readonly string[]
  close(): Promise<void>
}

export interface OpenSideOptions {
  readonly stdin?: Readable | undefined
  readonly signal?: AbortSignal | undefined
}

/** Opens an archive, a JSON document or a store, whichever it is. @throws STORE_*, ARCHIVE_*, DOCUMENT_INVALID, OUTPUT_FAILED, INTERRUPTED */
export async function openSide(location: string, { stdin, signal }: OpenSideOptions): Promise<OpenSide> {
  if (location === '-' || (await isInput(location))) {
    const input = await openInput({ input: location, stdin, signal })
    return { source: archiveSource(input.archive), notes: input.notes, close: () => input.close() }
  }
  const store = openStore(location, { mustExist: true })
  try {
    const snapshot = await store.snapshot({ signal })
    return {
      source: snapshotSource(snapshot, store.name),
      notes: [],
      close: async () => {
        await snapshot.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Whether a file begins as an archive or a document does; what is no file here is a store, or nothing. */
async function isInput(location: string): Promise<boolean> {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location) && !/^[a-z]:[\\/]/i.test(location)) return false
  const found = await stat(location).catch(() => null)
  if (found === null) {
    if (!/\.(?:t?gz|json)$/i.test(location)) return false
    throw new HoldallError('ARCHIVE_NOT_FOUND', { message: `${location} cannot be opened`, archive: location })
  }
  if (!found.isFile()) return false
  const file = await open(location, 'r').catch((error: unknown) => {
    throw new HoldallError('STORE_UNREADABLE', { message: `${location} cannot be opened`, store: location, cause: error })
  })
  try {
    return inputKind(await readHead(file)) !== null
  } finally {
    await file.close()
  }
}
