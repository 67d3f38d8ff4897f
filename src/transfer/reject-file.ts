import { type ArchiveSchema, createArchiveSchema } from '../archive/archive-schema.js'
import type { ArchiveSink } from '../archive/archive-sink.js'
import { createArchiveWriter } from '../archive/archive-writer.js'
import type { Archive } from '../archive/open-archive.js'
import { publishFile } from '../archive/publish-file.js'
import { writeJsonDocument } from '../formats/write-json-document.js'
import type { Profile } from '../profiles/profile.js'
import type { RowBatch } from '../rows/row-batch.js'
import { narrowSchema } from '../schema/narrow-schema.js'
import type { Table } from '../schema/schema.js'
import type { ImportTable } from '../stores/import-table.js'
import type { Target } from '../stores/store.js'
import { VERSION } from '../version.js'
import { archiveName } from './archive-name.js'
import { pickRows } from './pick-rows.js'
import { listRejects, type Reject, type RejectList } from './reject-list.js'
import { gatherRejectStubs, type RejectStubs } from './reject-stubs.js'

export interface RejectFileProps {
  readonly archive: Archive
  readonly target: Target
  /** All that take part in the import. */
  readonly tables: readonly ImportTable[]
  readonly profile: Profile
  readonly overwrite: boolean
  readonly signal: AbortSignal | undefined
}

/** Reasons that a reject file lists; the rows are all there whatever their number. */
const LISTED = 50_000
const LONGEST = 300

/**
 * Writes the rows that an import left out as they are in its archive, with code and reason of each and with stubs of what they
 * refer to, so that the file can be imported once the reason is gone: an archive, or a JSON document where its name ends in
 * `.json`. Null where none was left out.
 * @throws OUTPUT_EXISTS, OUTPUT_FAILED, INTERRUPTED
 */
export async function writeRejectFile(path: string, props: RejectFileProps): Promise<string | null> {
  const { archive, overwrite, signal } = props
  const list = await listRejects(props.target, props.tables)
  try {
    if (list.count === 0) return null
    const rejected = archive.schema.schema.tables.filter(({ id }) => list.tables.has(id))
    const rows = (table: string): AsyncIterable<RowBatch> => pickRows(archive.rows(table), list.rows(table))
    const stubs = await gatherRejectStubs({ archive, profile: props.profile, tables: props.tables, rejected, rows, signal })
    try {
      const schema = rejectSchema(archive.schema, rejected, stubs)
      const content: Content = { schema, list, rows, stubs, profile: props.profile, signal }
      const write = path.toLowerCase().endsWith('.json') ? writeDocument : writeArchive
      await publishFile(path, async (sink) => write(sink, path, content), { overwrite, signal })
      return path
    } finally {
      await stubs.close()
    }
  } finally {
    list.close()
  }
}

/** The archive's own schema as far as rows were left out. */
function rejectSchema(from: ArchiveSchema, tables: readonly Table[], stubs: RejectStubs): ArchiveSchema {
  return createArchiveSchema({
    generator: `holdall ${VERSION}`,
    profile: from.profile,
    application: from.application,
    selection: { rejectsOf: from.exportId },
    lineage: { derivedFrom: [from.exportId, ...from.lineage.derivedFrom] },
    stubs: stubs.stubs,
    stubTables: stubs.tables,
    schema: narrowSchema(from.schema, tables),
  })
}

interface Content {
  readonly schema: ArchiveSchema
  readonly list: RejectList
  readonly rows: (table: string) => AsyncIterable<RowBatch>
  readonly stubs: RejectStubs
  readonly profile: Profile
  readonly signal: AbortSignal | undefined
}

async function writeArchive(sink: ArchiveSink, path: string, { schema, list, rows, stubs, signal }: Content): Promise<void> {
  const writer = createArchiveWriter(sink, { name: archiveName(path), level: 6, schema, signal })
  for (const { id } of schema.schema.tables) await writer.rows(id, rows(id))
  for (const id of Object.keys(schema.stubs)) await writer.stubs(id, stubs.rows(id))
  await writer.finish(reasons(list))
}

async function writeDocument(sink: ArchiveSink, _path: string, { schema, list, rows, stubs, profile, signal }: Content): Promise<void> {
  await writeJsonDocument(
    sink,
    { schema, groups: profile.groups, counts: list.tables, pretty: false, rows: ({ id }) => rows(id), stubs: (id) => stubs.rows(id), statistics: reasons(list) },
    signal,
  )
}

function reasons(list: RejectList): { readonly rejects: readonly Reject[]; readonly rejectsNotListed: number } {
  const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
  const rejects = list.first(LISTED).map((reject) => ({ ...reject, key: short(reject.key), message: short(reject.message) }))
  return { rejects, rejectsNotListed: list.count - rejects.length }
}
