import type { ArchiveSink } from '../archive/archive-sink.js'
import { gzipSink } from '../archive/gzip-sink.js'
import { createArchiveWriter } from '../archive/archive-writer.js'
import { publishFile } from '../archive/publish-file.js'
import { streamSink } from '../archive/stream-sink.js'
import { writeJsonDocument } from '../formats/write-json-document.js'
import { emptyProfile } from '../profiles/profile.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { archiveName } from './archive-name.js'
import type { ExportPlan } from './export-plan.js'
import type { ExportedTable, ExportOptions, ExportReport } from './export-options.js'
import type { Tracker } from './track-rows.js'

type Content = Pick<ExportReport, 'tables' | 'stubs' | 'notes'>
type Written = Content & Pick<ExportReport, 'bytes' | 'sha256'>

/** Writes the planned export to its file (read back before it is published) or to stdout. */
export async function writeExport(plan: ExportPlan, options: ExportOptions, tracker: Tracker): Promise<Written> {
  const json = options.format === 'json' || options.format === 'json-pretty'
  let content: Content = { tables: [], stubs: [], notes: [] }
  const write = async (sink: ArchiveSink): Promise<void> => {
    content = await (json ? writeJson(plan, options, tracker, sink) : writeArchive(plan, options, tracker, sink))
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
    return { ...content, bytes, sha256: null }
  }
  const published = await publishFile(options.output, write, {
    overwrite: options.overwrite ?? false,
    onWritten: () => tracker.step('verify'),
    signal: options.signal,
  })
  return { ...content, ...published }
}

async function writeArchive(plan: ExportPlan, options: ExportOptions, tracker: Tracker, sink: ArchiveSink): Promise<Content> {
  const startedAt = new Date().toISOString()
  const writer = createArchiveWriter(sink, {
    name: archiveName(options.output),
    level: options.compressionLevel ?? 6,
    schema: plan.schema,
    signal: options.signal,
  })
  const tables: (ExportedTable & { chunks: number })[] = []
  for (const table of plan.schema.schema.tables) {
    const written = await writer.rows(table.id, tracker.rows('read', table.id, await plan.rows.expected(table), rowsOf(plan, table)))
    tables.push({ table: table.id, ...written, closure: plan.rows.closure(table) })
  }
  if (plan.stubs !== null) {
    await plan.stubs.gather()
    for (const table of Object.keys(plan.schema.stubs)) await writer.stubs(table, plan.stubs.rows(table))
  }
  const { stubs, notes } = summary(plan)
  await writer.finish({ startedAt, finishedAt: new Date().toISOString(), tables, stubs, leftOut: plan.schema.schema.leftOut, notes })
  return { tables: tables.map(({ chunks: _chunks, ...table }) => table), stubs, notes: options.compress === true ? [...notes, 'an archive is always compressed'] : notes }
}

function rowsOf({ rows, stubs }: ExportPlan, table: Table): AsyncIterable<RowBatch> {
  return stubs === null ? rows.rows(table) : stubs.watch(table, rows.rows(table))
}

async function writeJson(plan: ExportPlan, options: ExportOptions, tracker: Tracker, sink: ArchiveSink): Promise<Content> {
  if (options.compress !== true) return writeDocument(plan, options, tracker, sink)
  const gzip = gzipSink(sink, options.compressionLevel ?? 6)
  const content = await writeDocument(plan, options, tracker, gzip)
  await gzip.end()
  return content
}

async function writeDocument(plan: ExportPlan, options: ExportOptions, tracker: Tracker, sink: ArchiveSink): Promise<Content> {
  const { rows, stubs } = plan
  // The document names its counts before its rows; inside one snapshot both are the same.
  const counts = new Map<string, number>()
  for (const table of plan.schema.schema.tables) counts.set(table.id, await rows.count(table))
  let gathering: Promise<void> | undefined
  const written = await writeJsonDocument(
    sink,
    {
      schema: plan.schema,
      groups: (options.profile ?? emptyProfile).groups,
      counts,
      pretty: options.format === 'json-pretty',
      rows: (table) => tracker.rows('read', table.id, counts.get(table.id) ?? null, rowsOf(plan, table)),
      stubs: async function* (table) {
        await (gathering ??= stubs?.gather())
        if (stubs !== null) yield* stubs.rows(table)
      },
    },
    options.signal,
  )
  const closures = new Map(plan.schema.schema.tables.map((table) => [table.id, rows.closure(table)]))
  return { tables: written.map((table) => ({ ...table, closure: closures.get(table.table) ?? 0 })), ...summary(plan) }
}

/** After all was written: which stubs there are, and what is to be said of them. */
function summary({ schema, stubs, notes }: ExportPlan): Pick<Content, 'stubs' | 'notes'> {
  const found = Object.keys(schema.stubs).flatMap((table) => {
    const rows = stubs?.count(table) ?? 0
    return rows === 0 ? [] : [{ table, rows }]
  })
  const told = found.map(({ table, rows }) => {
    const one = 'references lead to 1 row that is not exported; its identity goes along as a stub'
    return `table ${table}: ${rows === 1 ? one : `references lead to ${rows} rows that are not exported; their identities go along as stubs`}`
  })
  const denied = (stubs?.unreadable() ?? []).map((table) => `table ${table}: it is referred to, but may not be read; there are no stubs of it`)
  return { stubs: found, notes: [...notes, ...told, ...denied] }
}
