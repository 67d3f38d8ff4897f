import { createArchiveSchema } from '../archive/archive-schema.js'
import { createArchiveWriter } from '../archive/archive-writer.js'
import { publishFile } from '../archive/publish-file.js'
import { HoldallError } from '../errors/holdall-error.js'
import { documentFile } from '../formats/document-file.js'
import { readPlainDocument } from '../formats/read-plain-document.js'
import { surveyPlainDocument } from '../formats/survey-plain-document.js'
import { refuseOtherVersion } from '../profiles/refuse-other-version.js'
import type { Profile } from '../profiles/profile.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Schema } from '../schema/schema.js'
import type { Conversion } from '../stores/conversion.js'
import { type Fault, plainSchema } from './plain-schema.js'

/** What a document that describes no tables is read against. */
export interface PlainOptions {
  /** The schema of the target; asked for once the document is known to be whole. */
  readonly schema: () => Promise<Schema>
  readonly profile: Profile
  readonly conversions: readonly Conversion[]
  /** Whether rows of a table are wanted at all. */
  readonly takes: (table: string) => boolean
}

/**
 * Turns a plain document into an archive. It is read twice, since the columns of a table are known only behind its last row.
 * @throws DOCUMENT_INVALID, SCHEMA_VERSION, SCHEMA_DRIFT, OUTPUT_FAILED, INTERRUPTED
 */
export async function archivePlainDocument(path: string, archivePath: string, plain: PlainOptions | undefined, signal: AbortSignal | undefined): Promise<readonly string[]> {
  if (plain === undefined) {
    throw new HoldallError('DOCUMENT_INVALID', {
      message: 'the document describes no tables, so it can be read only for a database that has them',
      hint: 'Check it with holdall import --validate-only --store STORE.',
      archive: path,
    })
  }
  const { metadata, tables, sha256 } = await surveyPlainDocument(documentFile(path), ({ application }) => refuseOtherVersion(application, plain.profile.application), signal)
  const dropped: Fault[] = []
  const schema = createArchiveSchema({
    generator: `${plain.profile.name ?? 'unknown'} ${metadata.application.serverVersion}`.trimEnd(),
    // The same document is the same export, so that what was decided about it holds.
    exportId: uuidOf(sha256),
    ...(metadata.exportedAt === null ? {} : { createdAt: metadata.exportedAt }),
    profile: plain.profile.name,
    application: metadata.application,
    schema: plainSchema(tables, await plain.schema(), { takes: plain.takes, dropped: plain.conversions.includes('drop-columns') ? dropped : null }),
  })
  const lost = new Map<string, number>()
  const conversion = {
    allows: (table: string, conversion: Conversion): boolean => plain.conversions.includes(conversion) || !plain.takes(table),
    spacedTimes: plain.profile.application?.spacedTimes ?? false,
    onLost: (table: string, column: string): void => {
      if (plain.takes(table)) lost.set(`${table}.${column}`, (lost.get(`${table}.${column}`) ?? 0) + 1)
    },
  }
  const content = { tables: schema.schema.tables.filter(({ columns }) => columns.length > 0), surveyed: tables, conversion, signal }
  await publishFile(
    archivePath,
    async (sink) => {
      const writer = createArchiveWriter(sink, { name: 'document', level: 1, schema, signal })
      const waiting = new Set(schema.schema.tables.map(({ id }) => id))
      for await (const { id, rows } of readPlainDocument(documentFile(path), content)) {
        waiting.delete(id)
        await writer.rows(id, rows)
      }
      for (const id of waiting) await writer.rows(id, noRows())
      await writer.finish({})
    },
    { overwrite: false, signal },
  )
  const told = dropped.map(({ table, column }) => `the target has no column ${table}.${column ?? ''}; its values are left out`)
  return [...told, ...[...lost].map(([column, values]) => `${column}: ${values === 1 ? '1 value was' : `${values} values were`} lost by the program that wrote the document, and ${values === 1 ? 'is' : 'are'} NULL`)]
}

async function* noRows(): AsyncGenerator<RowBatch> {
  // Of a table that the target lacks and nobody wants.
}

/** A UUID of version 8, which is for digests. */
function uuidOf(sha256: string): string {
  return `${sha256.slice(0, 8)}-${sha256.slice(8, 12)}-8${sha256.slice(13, 16)}-8${sha256.slice(17, 20)}-${sha256.slice(20, 32)}`
}
