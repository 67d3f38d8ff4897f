import { createReadStream } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { HoldallError } from '../errors/holdall-error.js'
import { messageOf } from '../errors/message-of.js'
import { BATCH_BYTES, type RowBatch } from '../rows/row-batch.js'
import { makeScratchFolder, type ScratchFolder } from './scratch-folder.js'

/** Rows that are found before their place in the archive has come: on disk, table by table, in the order they came. */
export interface RowSpool {
  /** `line` without its newline. */
  add(table: string, line: Buffer): Promise<void>
  count(table: string): number
  rows(table: string): AsyncIterable<RowBatch>
  close(): Promise<void>
}

interface SpoolFile {
  readonly path: string
  /** Each batch in the file. */
  readonly batches: { readonly rows: number; readonly bytes: number; readonly crc: number }[]
  /** Lines that are not in the file yet. */
  lines: Buffer[]
  bytes: number
  count: number
}

const NEWLINE = Buffer.from('\n')

export function rowSpool(): RowSpool {
  const files = new Map<string, SpoolFile>()
  let folder: ScratchFolder | null = null
  // Only one table at a time holds lines in memory.
  let current: SpoolFile | null = null

  const fileOf = (table: string): SpoolFile => {
    folder ??= makeScratchFolder('holdall-rows-')
    const made = files.get(table) ?? { path: join(folder.path, String(files.size)), batches: [], lines: [], bytes: 0, count: 0 }
    files.set(table, made)
    return made
  }

  return {
    add: async (table, line) => {
      const file = files.get(table) ?? fileOf(table)
      if (current !== null && (current !== file || file.bytes >= BATCH_BYTES)) await flush(current)
      current = file
      // The batch that the line is part of need not stay in memory for it.
      file.lines.push(Buffer.from(line), NEWLINE)
      file.bytes += line.length + 1
      file.count += 1
    },
    count: (table) => files.get(table)?.count ?? 0,
    rows: async function* (table) {
      const file = files.get(table)
      if (file === undefined) return
      await flush(file)
      yield* readBack(file)
    },
    close: async () => folder?.remove(),
  }
}

async function flush(file: SpoolFile): Promise<void> {
  if (file.lines.length === 0) return
  const bytes = Buffer.concat(file.lines, file.bytes)
  await keeping(() => appendFile(file.path, bytes, { mode: 0o600 }))
  file.batches.push({ rows: file.lines.length / 2, bytes: file.bytes, crc: crc32(bytes) })
  file.lines = []
  file.bytes = 0
}

async function* readBack({ path, batches }: SpoolFile): AsyncGenerator<RowBatch> {
  const pieces = createReadStream(path, { highWaterMark: BATCH_BYTES })[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let held: Buffer = Buffer.alloc(0)
  try {
    for (const { rows, bytes, crc } of batches) {
      const parts = [held]
      let size = held.length
      while (size < bytes) {
        const next = await keeping(() => pieces.next())
        if (next.done === true) throw bent(path)
        parts.push(next.value)
        size += next.value.length
      }
      const all = Buffer.concat(parts, size)
      const kept = all.subarray(0, bytes)
      // Nothing behind this looks at the rows again: what a disk has bent would be written down as true.
      if (crc32(kept) !== crc) throw bent(path)
      yield { bytes: kept, rows }
      held = all.subarray(bytes)
    }
  } finally {
    await pieces.return?.()
  }
}

function bent(path: string): HoldallError {
  return new HoldallError('VERIFICATION_FAILED', { message: `rows that were kept aside in ${path} are not as they were written` })
}

async function keeping<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const reason = messageOf(error)
    throw new HoldallError('OUTPUT_FAILED', { message: `rows cannot be kept aside: ${reason}`, hint: `TMPDIR names the folder, now ${tmpdir()}.`, cause: error })
  }
}
