import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { ArchiveSink } from '../archive/archive-sink.js'
import { publishFile } from '../archive/publish-file.js'
import { streamSink } from '../archive/stream-sink.js'
import { checkOptions } from '../errors/check-options.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { OnProgress } from '../progress/progress.js'
import type { ExportFormat, ExportOptions } from '../transfer/export-options.js'
import { REMOTE_EXPORT_SHAPE } from './option-shapes.js'
import { isSuccess, readAnswer, textsIn } from './read-answer.js'
import { getJob, watchJob, type RemoteJob } from './remote-job.js'
import type { RemoteServer } from './remote-server.js'
import { brokenOff, sendRequest } from './send-request.js'
import { wholeBody } from './whole-body.js'

export type RemoteExportOptions = Pick<ExportOptions, 'output' | 'stdout' | 'compress' | 'include' | 'exclude' | 'since' | 'until' | 'project' | 'redact' | 'overwrite' | 'signal' | 'onProgress'> & { readonly format: ExportFormat }

export interface RemoteExportReport {
  readonly store: string | null
  readonly output: string
  readonly format: ExportFormat
  /** Null where the server did not say. */
  readonly exportId: string | null
  /** Its id on the server; null where the server did not say. */
  readonly job: string | null
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  readonly rows: number
  readonly bytes: number
  /** Null for stdout. */
  readonly sha256: string | null
  readonly notes: readonly string[]
  readonly seconds: number
}

/** How long the last word about a job is waited for. */
const PATIENCE = 3_000

/**
 * Exports a store of a server into a file, which appears whole or not at all, or to stdout.
 * @throws USAGE, what the server answers, SERVER_UNREACHABLE, SERVER_FAILED, OUTPUT_*, INTERRUPTED
 */
export async function exportFromServer(server: RemoteServer, options: RemoteExportOptions): Promise<RemoteExportReport> {
  checkOptions('exportFromServer', options, REMOTE_EXPORT_SHAPE)
  const { output, format, signal, onProgress } = options
  const started = Date.now()
  let received: Received = { bytes: 0, id: null, job: null }
  const write = async (sink: ArchiveSink): Promise<void> => {
    received = await receive(server, options, sink)
  }
  let sha256: string | null = null
  if (output === '-') await write(streamSink(options.stdout ?? process.stdout, signal))
  else ({ sha256 } = await publishFile(output, write, { overwrite: options.overwrite ?? false, onWritten: () => onProgress?.({ phase: 'verify', table: null, rows: 0, expected: null, done: false }), signal }))
  const { id, job, bytes } = received
  const tables = Object.entries(job?.counts ?? {}).map(([table, { rows = 0 }]) => ({ table, rows }))
  const { export_id: exportId, notes: said } = job?.result ?? {}
  const notes = job === null ? ['the server did not say how many rows these are'] : textsIn(said)
  return { store: job?.store ?? server.store, output, format, exportId: typeof exportId === 'string' ? exportId : null, job: id, tables, rows: tables.reduce((sum, { rows }) => sum + rows, 0), bytes, sha256, notes, seconds: (Date.now() - started) / 1000 }
}

interface Received {
  readonly bytes: number
  readonly id: string | null
  readonly job: RemoteJob | null
}

async function receive(server: RemoteServer, options: RemoteExportOptions, sink: ArchiveSink): Promise<Received> {
  const { signal, format } = options
  const response = await sendRequest(server, { method: 'GET', path: 'api/v1/export', query: queryOf(server, options), signal })
  if (!isSuccess(response)) await readAnswer(server, response)
  const watched = watch(server, response, options)
  try {
    const body = wholeBody(format === 'archive' ? 'archive' : 'json')
    let bytes = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      await body.see(chunk)
      await sink.write(chunk)
      bytes += chunk.length
      watched.received(bytes)
    }
    if (!response.complete || !(await body.isWhole())) throw await reason(server, 'the export has no end', watched)
    return { bytes, id: watched.id, job: await watched.last() }
  } catch (error) {
    throw HoldallError.is(error) ? error : await reason(server, error, watched)
  } finally {
    watched.end()
  }
}

/** Why an export broke off: that is known to its job, where it was not the way here. */
async function reason(server: RemoteServer, cause: unknown, watched: Watched): Promise<HoldallError> {
  const job = await watched.last()
  if (job?.state === 'failed' && job.error !== null) return job.error
  const broken = brokenOff(server, cause)
  return job === null || job.error === null ? broken : new HoldallError('SERVER_FAILED', { message: `${broken.message} (there: ${job.error.message})`, cause })
}

interface Watched {
  readonly id: string | null
  received(bytes: number): void
  /** The job as it ended. */
  last(): Promise<RemoteJob | null>
  end(): void
}

/** Tells how far the export is: by its job, and by bytes as long as that says nothing. */
function watch(server: RemoteServer, { headers }: IncomingMessage, { onProgress }: { readonly onProgress?: OnProgress | undefined }): Watched {
  const given = headers['x-job-id']
  const id = typeof given === 'string' ? given : null
  const watching = new AbortController()
  let told = false
  const tell: OnProgress = (event) => {
    told = true
    onProgress?.(event)
  }
  // It is for the eye alone: the export does not fail with it.
  const ended = id === null ? Promise.resolve(null) : watchJob(server, { id, signal: watching.signal, onProgress: tell }).catch(() => null)
  return {
    id,
    received: (bytes) => {
      if (!told) onProgress?.({ phase: 'receive', table: null, rows: bytes, expected: null, done: false })
    },
    last: async () => {
      const seen = await Promise.race([ended, pause(PATIENCE, null, { ref: false })])
      return seen ?? (id === null ? null : getJob(server, { id, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null))
    },
    end: () => watching.abort(),
  }
}

function queryOf({ store }: RemoteServer, { format, compress, include, exclude, since, until, project, redact }: RemoteExportOptions): Readonly<Record<string, string | undefined>> {
  const yes = (value: boolean | undefined): string | undefined => (value === true ? 'true' : undefined)
  return {
    format,
    include: include?.join(','),
    exclude: exclude?.join(','),
    project_id: project,
    since: since?.toISOString(),
    until: until?.toISOString(),
    compress: format === 'archive' ? undefined : yes(compress),
    redact: yes(redact),
    store: store ?? undefined,
  }
}
