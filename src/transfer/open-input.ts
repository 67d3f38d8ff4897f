import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Archive, openArchive } from '../archive/open-archive.js'
import { createArchiveWriter } from '../archive/archive-writer.js'
import { publishFile } from '../archive/publish-file.js'
import { HoldallError } from '../errors/holdall-error.js'
import { documentFile } from '../formats/document-file.js'
import { openDocument } from '../formats/open-document.js'
import { parsePlainMetadata } from '../formats/plain-metadata.js'
import { readJsonDocument } from '../formats/read-json-document.js'
import { inputKind } from './input-kind.js'
import { archivePlainDocument, type PlainOptions } from './plain-input.js'
import { readHead } from './read-head.js'
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
 * With `plain` a document without a schema of its own is read too.
 * @throws ARCHIVE_*, DOCUMENT_INVALID, SCHEMA_VERSION and SCHEMA_DRIFT (of a document without a schema), OUTPUT_FAILED, INTERRUPTED
 */
export async function openInput(options: InputOptions, plain?: PlainOptions): Promise<Input> {
  const scratch = makeScratchFolder()
  try {
    const asked = options.format ?? 'auto'
    const path = options.input === '-' ? join(scratch.path, 'input') : options.input
    if (options.input === '-') await spoolInput(options.stdin ?? process.stdin, path, { format: asked, signal: options.signal })
    const format = asked === 'auto' ? await sniff(path) : asked
    const notes: string[] = []
    const archivePath = format === 'archive' ? path : await fromDocument(path, join(scratch.path, 'document.tar.gz'), { plain, signal: options.signal, notes })
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
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new HoldallError('ARCHIVE_NOT_FOUND', { message: `${path} cannot be opened`, archive: path, cause: error })
  })
  try {
    const head = await readHead(file).catch((error: unknown) => {
      throw new HoldallError('ARCHIVE_NOT_ARCHIVE', { message: `${path} cannot be read`, archive: path, cause: error })
    })
    // What is neither is said best by the reader of archives.
    return inputKind(head) ?? 'archive'
  } finally {
    await file.close().catch(() => undefined)
  }
}

/** Whether a document lacks a schema of its own. */
async function isPlain(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { cursor, metadata } = await openDocument(documentFile(path), signal)
  await cursor.close()
  return parsePlainMetadata(metadata) !== null
}

interface DocumentInput {
  readonly plain: PlainOptions | undefined
  readonly signal: AbortSignal | undefined
  readonly notes: string[]
}

async function fromDocument(path: string, archivePath: string, { plain, signal, notes }: DocumentInput): Promise<string> {
  if (await isPlain(path, signal)) {
    notes.push(...(await archivePlainDocument(path, archivePath, plain, signal)))
    return archivePath
  }
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
