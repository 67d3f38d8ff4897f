import type { FileHandle } from 'node:fs/promises'
import { HEAD_BYTES } from './input-kind.js'

/** The first bytes of a file, as many as there are. */
export async function readHead(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
  return buffer.subarray(0, bytesRead)
}
