import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { HoldallError, type Place } from '../../errors/holdall-error.js'
import type { RowBatch } from '../../rows/row-batch.js'
import type { Column } from '../../schema/schema.js'
import type { Sql } from '../sql.js'
import { createCopyReader } from './copy-text-reader.js'

export interface CopyOut {
  readonly copy: Sql
  /** What `copy` gives, in its order. */
  readonly columns: readonly Column[]
  readonly place: Place
  /** Makes the server stop the running statement. */
  readonly cancel: () => Promise<void>
}

/**
 * Runs a COPY … TO STDOUT inside the client's transaction and gives its rows, no faster than they are taken. Whatever
 * the end – all rows, an error, a consumer that stops early – the transaction goes on afterwards as before.
 * @throws VALUE_UNWRITABLE
 */
export async function* copyOut(client: pg.Client, { copy, columns, place, cancel }: CopyOut): AsyncGenerator<RowBatch, void, void> {
  await client.query('SAVEPOINT holdall_copy')
  const reader = createCopyReader(columns)
  const stream = client.query(copyTo(copy.text, { highWaterMark: 1 << 18 }))
  const failure = failureOf(stream)
  let rows = 0
  let stopped = true
  try {
    for (let chunk = await nextChunk(stream, failure); chunk !== null; chunk = await nextChunk(stream, failure)) {
      const batch = reader.push(chunk)
      if (batch === null) continue
      checkText(batch, rows, place)
      rows += batch.rows
      yield batch
    }
    stopped = false
    const rest = reader.end()
    if (rest !== null) {
      checkText(rest, rows, place)
      rows += rest.rows
      yield rest
    }
  } catch (error) {
    stopped = error !== failure.error
    throw error
  } finally {
    if (stopped) {
      await cancel()
      await drain(stream, failure)
    }
    // What made the statement fail is the error to tell, also when it broke the connection.
    if (failure.error === null || stopped) await endSavepoint(client)
    else await endSavepoint(client).catch((_broken: unknown) => undefined)
  }
  // The count came with the end of the statement, which the statement after it has waited for.
  if (stream.rowCount !== rows) throw new HoldallError('INTERNAL', { ...place, message: `the database sent ${stream.rowCount} rows and ${rows} were read` })
}

/** Servers before 15 print a `"char"` beyond ASCII as a bare byte. @throws VALUE_UNWRITABLE */
function checkText(batch: RowBatch, before: number, place: Place): void {
  if (isUtf8(batch.bytes)) return
  let row = before + 1
  for (let at = 0, end = batch.bytes.indexOf(0x0a); isUtf8(batch.bytes.subarray(at, end)); end = batch.bytes.indexOf(0x0a, at)) {
    at = end + 1
    row += 1
  }
  throw new HoldallError('VALUE_UNWRITABLE', { ...place, row, message: 'the row holds bytes that are not UTF-8', hint: 'Leave the row out with --where, or change its value.' })
}

/** A failure may come while nobody waits for the stream: it is kept for whoever looks next. */
interface Failure {
  error: Error | null
}

function failureOf(stream: Readable): Failure {
  const failure: Failure = { error: null }
  stream.on('error', (error) => (failure.error ??= error))
  return failure
}

async function nextChunk(stream: Readable, failure: Failure): Promise<Buffer | null> {
  for (;;) {
    if (failure.error !== null) throw failure.error
    const chunk = stream.read() as Buffer | null
    if (chunk !== null) return chunk
    if (stream.readableEnded) return null
    await change(stream)
  }
}

/** Resolves when the stream has more, has ended or has failed. */
async function change(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'error', 'close'] as const
    const done = (): void => {
      for (const event of events) stream.off(event, done)
      resolve()
    }
    for (const event of events) stream.on(event, done)
  })
}

/** Takes what a cancelled statement still sends. */
async function drain(stream: Readable, failure: Failure): Promise<void> {
  try {
    while ((await nextChunk(stream, failure)) !== null);
  } catch (error) {
    // The cancellation itself, or a connection that is gone: the statement after this tells.
    if (error !== failure.error) throw error
  }
}

/** A cancel request that came too late may still hit the first statement after the one it was meant for. */
async function endSavepoint(client: pg.Client): Promise<void> {
  const statement = 'ROLLBACK TO SAVEPOINT holdall_copy; RELEASE SAVEPOINT holdall_copy'
  try {
    await client.query(statement)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '57014')) throw error
    await client.query(statement)
  }
}
