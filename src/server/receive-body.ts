import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { PassThrough, type Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { HoldallError } from '../errors/holdall-error.js'
import { inputKind } from '../transfer/input-kind.js'
import { readHead } from '../transfer/read-head.js'
import { limitBytes } from './limit-bytes.js'

const JSON_TYPE = 'application/json'
export const IMPORT_TYPES = [JSON_TYPE, 'application/gzip', 'application/x-gzip', 'application/octet-stream']

/** A body that is whole, in a file. */
export interface ReceivedBody {
  readonly path: string
  /** As received. */
  readonly bytes: number
  readonly format: 'auto' | 'json'
}

/**
 * Keeps the body of a request in a folder, so that neither a turn nor a transaction waits for a slow client. A document is
 * inflated here, where its size is bounded; an archive has bounds of its own.
 * @throws MEDIA_TYPE_UNSUPPORTED, REQUEST_TOO_LARGE, REQUEST_INVALID, DOCUMENT_INVALID, OUTPUT_FAILED, INTERRUPTED
 */
export async function receiveBody(raw: IncomingMessage, folder: string, limit: number): Promise<ReceivedBody> {
  const type = mediaType(raw)
  if (Number(raw.headers['content-length'] ?? 0) > limit) throw new HoldallError('REQUEST_TOO_LARGE', { message: `the body is larger than ${limit} bytes` })
  const path = join(folder, 'body')
  const received = counter()
  await keep(bodyOf(raw, limit), [received.stream, ...decoders(raw, limit)], path)
  if (received.bytes() === 0) throw new HoldallError('REQUEST_INVALID', { message: 'the request has no body', hint: 'Send a JSON document or an archive.' })
  const head = await firstBytes(path)
  const kind = inputKind(head)
  const format = kind === null && type === JSON_TYPE ? 'json' : 'auto'
  if (kind !== 'json' || head[0] !== 0x1f) return { path, bytes: received.bytes(), format }
  const inflated = join(folder, 'document')
  await keep(createReadStream(path), [createGunzip(), limitBytes(limit)], inflated)
  return { path: inflated, bytes: received.bytes(), format }
}

/** The body, apart from its connection: what fails here must not close the one that the answer goes over. */
function bodyOf(raw: IncomingMessage, limit: number): Transform {
  const body = limitBytes(limit)
  raw.once('error', (error) => body.destroy(error))
  raw.once('close', () => {
    if (!raw.complete) body.destroy(new HoldallError('INTERRUPTED', { message: 'the client went away before the body was whole' }))
  })
  return raw.pipe(body)
}

function mediaType({ headers }: IncomingMessage): string | null {
  const type = headers['content-type']?.replace(/;.*$/s, '').trim().toLowerCase() ?? null
  if (type === null || IMPORT_TYPES.includes(type)) return type
  throw new HoldallError('MEDIA_TYPE_UNSUPPORTED', { message: `the body is of the type ${type}`, hint: `Send ${IMPORT_TYPES.join(', ')}.` })
}

function decoders({ headers }: IncomingMessage, limit: number): readonly Transform[] {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'identity') return []
  if (encoding === 'gzip' || encoding === 'x-gzip') return [createGunzip(), limitBytes(limit)]
  throw new HoldallError('MEDIA_TYPE_UNSUPPORTED', { message: `the body has the encoding ${encoding}`, hint: 'Send it with Content-Encoding gzip, or without.' })
}

function counter(): { readonly stream: PassThrough; readonly bytes: () => number } {
  const stream = new PassThrough()
  let bytes = 0
  stream.on('data', (chunk: Buffer) => (bytes += chunk.length))
  return { stream, bytes: () => bytes }
}

async function keep(source: Readable, steps: readonly Transform[], path: string): Promise<void> {
  try {
    await pipeline([source, ...steps, createWriteStream(path, { mode: 0o600 })])
  } catch (error) {
    if (HoldallError.is(error)) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const message = error instanceof Error ? error.message : String(error)
    if (code.startsWith('Z_')) throw new HoldallError('DOCUMENT_INVALID', { message: `the compressed body is damaged or cut: ${message}`, cause: error })
    if (code === 'ECONNRESET') throw new HoldallError('INTERRUPTED', { message: 'the client went away before the body was whole', cause: error })
    throw new HoldallError('OUTPUT_FAILED', { message: `the body could not be kept: ${message}`, hint: 'Make room on the server, or name another folder in TMPDIR.', cause: error })
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    return await readHead(file)
  } finally {
    await file.close()
  }
}
