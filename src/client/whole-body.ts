import { once } from 'node:events'
import { createGunzip } from 'node:zlib'
import { decodeEndMember, END_LENGTH } from '../archive/end-member.js'

/** Looks at an export as it passes by. */
export interface WholeBody {
  see(chunk: Buffer): Promise<void>
  /** Whether it ended as a whole one does; nothing can be seen afterwards. */
  isWhole(): Promise<boolean>
}

/** Longer than what ends a JSON document, and its white space. */
const DOCUMENT_END = 512

/** An archive is told by its last member, a document by its `export_end`. */
export function wholeBody(format: 'archive' | 'json'): WholeBody {
  let document: WholeBody | null = null
  if (format === 'archive') return ending(END_LENGTH, (tail) => decodeEndMember(tail) !== null)
  return {
    see: async (chunk) => {
      if (chunk.length === 0) return
      await (document ??= chunk[0] === 0x1f ? inflated() : plain()).see(chunk)
    },
    isWhole: async () => (document === null ? false : document.isWhole()),
  }
}

function plain(): WholeBody {
  return ending(DOCUMENT_END, (tail) => /"sha256":\s*"[0-9a-f]{64}"\s*\}\s*\}\s*$/.test(tail.toString('latin1')))
}

function inflated(): WholeBody {
  const inside = plain()
  const gunzip = createGunzip()
  let failed = false
  gunzip.on('error', () => void (failed = true))
  gunzip.on('data', (chunk: Buffer) => void inside.see(chunk))
  const ended = new Promise<void>((resolve) => void gunzip.once('close', resolve))
  return {
    see: async (chunk) => {
      if (failed || gunzip.write(chunk)) return
      await Promise.race([once(gunzip, 'drain'), ended]).catch(() => undefined)
    },
    isWhole: async () => {
      gunzip.end()
      await ended
      return !failed && inside.isWhole()
    },
  }
}

function ending(length: number, isEnd: (tail: Buffer) => boolean): WholeBody {
  let tail = Buffer.alloc(0)
  return {
    see: async (chunk) => {
      tail = chunk.length >= length ? Buffer.from(chunk.subarray(-length)) : Buffer.concat([tail, chunk]).subarray(-length)
    },
    isWhole: async () => isEnd(tail),
  }
}
