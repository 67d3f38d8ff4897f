import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Archive, openArchive } from '../archive/open-archive.js'
import { createArchiveWriter } from '../archive/archive-writer.js'
import { publishFile } from '../archive/publish-file.js'
import { HoldallError } from '../errors/holdall-error.js'
import { documentFile } from '../formats/document-file.js'
import { readJsonDocument } from '../formats/read-json-document.js'
import { inputKind } from './input-kind.js'
import { makeScratchFolder } from './scratch-folder.js'
import { spoolInput } from './spool-input.js'

export interface InputOptions {
  readonly input: string
  readonly stdin?: Readable | undefined
  readonly format?: 'auto' | 'archive' | 'json' | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Input {
  readonly archive: Archive
  /** Where the archive really is: `archive.path` is for people. */
  readonly path: string
  readonly notes: readonly string[]
  close(): Promise<void>
}

/**
 * Opens what is to be imported as an archive. What cannot be read in any order (a stream, a JSON document) becomes a
 * temporary archive first, so that there is one way in, in constant memory, and a broken end is known before the target is touched.
 * @throws ARCHIVE_*, DOCUMENT_INVALID, OUTPUT_FAILED, INTERRUPTED
 */
export async function openInput(options: InputOptions): Promise<Input> {
  const scratch = makeScratchFolder()
  try {
    const asked = options.format ?? 'auto'
    const path = options.input === '-' ? join(scratch.path, 'input') : options.input
    if (options.input === '-') await spoolInput(options.stdin ?? process.stdin, path, { format: asked, signal: options.signal })
    const format = asked === 'auto' ? await sniff(path) : asked
    const notes: string[] = []
    const archivePath = format === 'archive' ? path : await fromDocument(path, join(scratch.path, 'document.tar.gz'), options.signal, notes)
    const archive = await openArchive(archivePath, { signal: options.signal, name: options.input === '-' ? 'standard input' : options.input })
    return {
      archive,
      path: archivePath,
      notes,
      close: async () => {
        await archive.close()
        scratch.remove()
      },
    }
  } catch (error) {
    scratch.remove()
    throw error
  }
}

async function sniff(path: string): Promise<'archive' | 'json'> {
  const head = Buffer.alloc(64)
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new HoldallError('ARCHIVE_NOT_FOUND', { message: `${path} cannot be opened`, archive: path, cause: error })
  })
  try {
    await file.read(head, 0, head.length, 0).catch((error: unknown) => {
      throw new HoldallError('ARCHIVE_NOT_ARCHIVE', { message: `${path} cannot be read`, archive: path, cause: error })
    })
  } finally {
    await file.close().catch(() => undefined)
  }
  // What is neither is said best by the reader of archives.
  return inputKind(head) ?? 'archive'
}

async function fromDocument(path: string, archivePath: string, signal: AbortSignal | undefined, notes: string[]): Promise<string> {
  const document = await readJsonDocument(documentFile(path), signal)
  try {
    await publishFile(
      archivePath,
      async (sink) => {
        const writer = createArchiveWriter(sink, { name: 'document', level: 1, schema: document.schema, signal })
        for await (const table of document.tables()) await writer[table.part](table.id, table.rows)
        await document.finish()
        if (document.handEdited()) notes.push('rows of the document were changed after it was exported')
        await writer.finish({})
      },
      { overwrite: false, signal },
    )
  } finally {
    await document.close()
  }
  return archivePath
}
