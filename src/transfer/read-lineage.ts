import { open } from 'node:fs/promises'
import type { ArchiveSchema } from '../archive/archive-schema.js'
import { openArchive } from '../archive/open-archive.js'
import { documentFile } from '../formats/document-file.js'
import { readJsonDocument } from '../formats/read-json-document.js'
import { inputKind } from './input-kind.js'
import { readHead } from './read-head.js'

const EXPORT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * The export ids that archives, JSON documents or export ids stand for, each with what it descends from itself; the nearest
 * first.
 * @throws ARCHIVE_*, DOCUMENT_INVALID
 */
export async function readLineage(sources: readonly string[], signal: AbortSignal | undefined): Promise<readonly string[]> {
  const lines: (readonly string[])[] = []
  for (const source of sources) lines.push(isExportId(source) ? [source.toLowerCase()] : lineOf(await readSchema(source, signal)))
  const longest = Math.max(0, ...lines.map(({ length }) => length))
  const nearestFirst = Array.from({ length: longest }, (_, distance) => lines.flatMap((line) => line.slice(distance, distance + 1))).flat()
  return Object.freeze([...new Set(nearestFirst)])
}

export function isExportId(text: string): boolean {
  return EXPORT_ID.test(text)
}

function lineOf({ exportId, lineage }: ArchiveSchema): readonly string[] {
  return [exportId, ...lineage.derivedFrom]
}

async function readSchema(path: string, signal: AbortSignal | undefined): Promise<ArchiveSchema> {
  if (await isDocument(path)) {
    const document = await readJsonDocument(documentFile(path), signal)
    await document.close()
    return document.schema
  }
  const archive = await openArchive(path, { signal })
  await archive.close()
  return archive.schema
}

/** What cannot be looked at is left to the reader of archives, which says why. */
async function isDocument(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null)
  try {
    const head = await (file === null ? null : readHead(file))?.catch(() => null)
    return head !== null && head !== undefined && inputKind(head) === 'json'
  } finally {
    await file?.close().catch(() => undefined)
  }
}
