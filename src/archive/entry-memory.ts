import { CHUNK_BYTES } from './limits.js'
import { TAR_BLOCK, tarEntrySize } from './tar-header.js'

/** Bytes of an entry where a tar has them: behind room for the header, with room for the padding. */
export interface EntryBytes {
  readonly memory: Buffer
  /** Of content, from TAR_BLOCK on. */
  readonly bytes: number
}

/**
 * Memory to lay entries out in, used again and again: what is allocated anew for each megabyte keeps the collector running
 * and the process large.
 */
export class EntryMemory {
  readonly #spare: Buffer[] = []

  /** Room for an entry of so many bytes of content. What it holds is whatever it held before. */
  take(bytes: number): Buffer {
    return bytes > CHUNK_BYTES ? Buffer.allocUnsafe(tarEntrySize(bytes)) : (this.#spare.pop() ?? Buffer.allocUnsafe(USUAL))
  }

  /** Nobody looks at it any more. */
  giveBack(memory: Buffer): void {
    if (memory.length === USUAL) this.#spare.push(memory)
  }

  /** An entry of its own for these bytes. */
  copy(content: Buffer): EntryBytes {
    const memory = this.take(content.length)
    content.copy(memory, TAR_BLOCK)
    return { memory, bytes: content.length }
  }
}

const USUAL = tarEntrySize(CHUNK_BYTES)
