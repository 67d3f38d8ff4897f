import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { checkOptions } from '../errors/check-options.js'
import { HoldallError } from '../errors/holdall-error.js'
import { interrupted } from '../errors/interrupted.js'
import type { OnProgress } from '../progress/progress.js'
import type { ImportOptions } from '../transfer/import-options.js'
import { followJob } from './follow-job.js'
import { REMOTE_IMPORT_SHAPE } from './option-shapes.js'
import { readAnswer } from './read-answer.js'
import { importReport, type RemoteImportReport } from './remote-import-report.js'
import type { RemoteServer } from './remote-server.js'
import { sendRequest } from './send-request.js'

export type RemoteImportOptions = Pick<ImportOptions, 'input' | 'stdin' | 'strategy' | 'include' | 'exclude' | 'onUnresolved' | 'onError' | 'conversions' | 'signal' | 'onProgress'> & {
  readonly dryRun?: boolean | undefined
  readonly validateOnly?: boolean | undefined
}

/**
 * Imports a file into a store of a server, as a job that is followed to its end: what this says became of it is what became of it. Once
 * all was sent, `signal` asks the server to stop, and a connection that is lost is made again.
 * @throws USAGE, what the server answers, ARCHIVE_NOT_FOUND, SERVER_UNREACHABLE, SERVER_FAILED, INTERRUPTED
 */
export async function importToServer(server: RemoteServer, options: RemoteImportOptions): Promise<RemoteImportReport> {
  checkOptions('importToServer', options, REMOTE_IMPORT_SHAPE)
  const started = Date.now()
  const id = await upload(server, options)
  const job = await followJob(server, { id, signal: options.signal, onProgress: options.onProgress })
  if (job.state === 'cancelled') throw options.signal?.aborted === true ? interrupted() : (job.error ?? interrupted())
  if (job.state !== 'done' || job.error !== null) throw job.error ?? new HoldallError('SERVER_FAILED', { message: `the import failed at ${server.url.host}, which did not say why`, hint: `Ask the server: ${new URL(`api/v1/jobs/${id}`, server.url).href}` })
  return importReport(job.result ?? {}, { store: job.store, job: id, seconds: (Date.now() - started) / 1000 })
}

/** Sends the file; the id of the job that imports it. */
async function upload(server: RemoteServer, options: RemoteImportOptions): Promise<string> {
  const { signal, onProgress } = options
  const { stream, bytes } = await openInput(options)
  const stopping = new AbortController()
  let sent = false
  const stop = (): void => {
    // What was sent whole becomes a job, whose id is needed to stop it.
    if (!sent) stopping.abort()
  }
  if (signal?.aborted === true) stop()
  else signal?.addEventListener('abort', stop, { once: true })
  const body = Readable.from(counted({ stream, bytes, name: options.input === '-' ? 'standard input' : options.input }, onProgress, () => void (sent = true)), { objectMode: false })
  try {
    const response = await sendRequest(server, {
      method: 'POST',
      path: 'api/v1/import',
      query: queryOf(server, options),
      headers: { 'Content-Type': 'application/octet-stream', ...(bytes === null ? {} : { 'Content-Length': String(bytes) }) },
      body,
      signal: stopping.signal,
    })
    const job = response.headers['x-job-id']
    await readAnswer(server, response)
    if (typeof job !== 'string') throw new HoldallError('SERVER_FAILED', { message: `${server.url.host} did not say which job the import is` })
    return job
  } finally {
    signal?.removeEventListener('abort', stop)
    // Standard input is the caller's.
    if (options.input !== '-') stream.destroy()
  }
}

interface OpenedFile {
  readonly stream: Readable
  readonly bytes: number | null
}

/** Opened before anything is sent: a file that cannot be read is no matter of the server's. @throws ARCHIVE_NOT_FOUND */
async function openInput({ input, stdin }: RemoteImportOptions): Promise<OpenedFile> {
  if (input === '-') return { stream: stdin instanceof Readable ? stdin : process.stdin, bytes: null }
  try {
    const file = await open(input)
    const { size } = await file.stat()
    // A pipe or a device has no size of its own.
    return { stream: file.createReadStream({ highWaterMark: 256 * 1024 }), bytes: size === 0 ? null : size }
  } catch (error) {
    throw notReadable(input, error)
  }
}

async function* counted({ stream, bytes: expected, name }: Pick<OpenedFile, 'stream' | 'bytes'> & { readonly name: string }, onProgress: OnProgress | undefined, onEnd: () => void): AsyncGenerator<Buffer> {
  let rows = 0
  const tell = (done: boolean): void => onProgress?.({ phase: 'send', table: null, rows, expected, done })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      yield chunk
      rows += chunk.length
      tell(false)
    }
  } catch (error) {
    throw notReadable(name, error)
  }
  onEnd()
  tell(true)
}

function notReadable(input: string, cause: unknown): HoldallError {
  return new HoldallError('ARCHIVE_NOT_FOUND', { message: `${input} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, cause })
}

function queryOf({ store }: RemoteServer, options: RemoteImportOptions): Readonly<Record<string, string | undefined>> {
  const { strategy, include, exclude, onUnresolved, onError, conversions, dryRun, validateOnly } = options
  return {
    async: 'true',
    strategy,
    dry_run: dryRun === true ? 'true' : undefined,
    validate_only: validateOnly === true ? 'true' : undefined,
    include: include?.join(','),
    exclude: exclude?.join(','),
    on_unresolved: onUnresolved,
    on_error: onError,
    convert: conversions?.join(','),
    store: store ?? undefined,
  }
}
