import { createReadStream } from 'node:fs'
import type { ArchiveSink } from '../archive/archive-sink.js'
import { createArchiveWriter } from '../archive/archive-writer.js'
import { checkArchive } from '../archive/check-archive.js'
import { publishFile } from '../archive/publish-file.js'
import { streamSink } from '../archive/stream-sink.js'
import { HoldallError } from '../errors/holdall-error.js'
import { readJsonDocument } from '../formats/read-json-document.js'
import { writeJsonDocument } from '../formats/write-json-document.js'
import { emptyProfile } from '../profiles/profile.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { archiveName } from './archive-name.js'
import type { ExportPlan } from './export-plan.js'
import type { ExportOptions, ExportReport } from './export-options.js'
import type { Tracker } from './track-rows.js'

type Written = Pick<ExportReport, 'tables' | 'bytes' | 'sha256'>
type TableCount = ExportReport['tables'][number]

/** Writes the planned export to its file (read back before it is published) or to stdout. */
export async function writeExport(plan: ExportPlan, options: ExportOptions, tracker: Tracker): Promise<Written> {
  const json = options.format === 'json' || options.format === 'json-pretty'
  let tables: readonly TableCount[] = []
  const write = async (sink: ArchiveSink): Promise<void> => {
    tables = await (json ? writeDocument(plan, options, tracker, sink) : writeArchive(plan, options, tracker, sink))
  }
  if (options.output === '-') {
    let bytes = 0
    const sink = streamSink(options.stdout ?? process.stdout, options.signal)
    await write({
      write: async (chunk) => {
        bytes += chunk.length
        await sink.write(chunk)
      },
    })
    return { tables, bytes, sha256: null }
  }
  const published = await publishFile(options.output, write, {
    overwrite: options.overwrite ?? false,
    verify: async (path) => {
      tracker.step('verify')
      await (json ? readBackDocument(path, options.signal) : readBackArchive(path, options.signal))
    },
    signal: options.signal,
  })
  return { tables, ...published }
}

async function writeArchive(plan: ExportPlan, options: ExportOptions, tracker: Tracker, sink: ArchiveSink): Promise<TableCount[]> {
  const startedAt = new Date().toISOString()
  const writer = createArchiveWriter(sink, {
    name: archiveName(options.output),
    level: options.compressionLevel ?? 6,
    schema: plan.schema,
    signal: options.signal,
  })
  const tables: (TableCount & { chunks: number })[] = []
  for (const table of plan.schema.schema.tables) {
    const written = await writer.rows(table.id, await tableRows(plan, table, tracker))
    tables.push({ table: table.id, ...written })
  }
  await writer.finish({ startedAt, finishedAt: new Date().toISOString(), tables, leftOut: plan.schema.schema.leftOut, notes: plan.filters.notes })
  return tables.map(({ table, rows, bytes }) => ({ table, rows, bytes }))
}

async function tableRows(plan: ExportPlan, table: Table, tracker: Tracker): Promise<AsyncIterable<RowBatch>> {
  const filter = plan.filters.of(table)
  const expected = filter === undefined ? await plan.snapshot.count(table, undefined, true) : null
  return tracker.rows('read', table.id, expected, plan.snapshot.rows(table, filter))
}

async function writeDocument(plan: ExportPlan, options: ExportOptions, tracker: Tracker, sink: ArchiveSink): Promise<readonly TableCount[]> {
  const { snapshot, filters } = plan
  // The document names its counts before its rows; inside one snapshot both are the same.
  const counts = new Map<string, number>()
  for (const table of plan.schema.schema.tables) counts.set(table.id, await snapshot.count(table, filters.of(table)))
  return writeJsonDocument(
    sink,
    {
      schema: plan.schema,
      groups: (options.profile ?? emptyProfile).groups,
      counts,
      pretty: options.format === 'json-pretty',
      rows: (table) => tracker.rows('read', table.id, counts.get(table.id) ?? null, snapshot.rows(table, filters.of(table))),
    },
    options.signal,
  )
}

async function readBackArchive(path: string, signal: AbortSignal | undefined): Promise<void> {
  const { findings } = await checkArchive(path, { signal })
  const [first] = findings
  if (first !== undefined) {
    throw new HoldallError('VERIFICATION_FAILED', {
      message: `the archive does not read back as written: ${first.message}`,
      ...(first.member === null ? {} : { member: first.member }),
    })
  }
}

async function readBackDocument(path: string, signal: AbortSignal | undefined): Promise<void> {
  const document = await readJsonDocument(createReadStream(path), signal)
  await document.finish()
  if (document.handEdited()) throw new HoldallError('VERIFICATION_FAILED', { message: 'the document does not read back as written' })
}
