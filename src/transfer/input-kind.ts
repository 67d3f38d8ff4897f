import { constants, gunzipSync } from 'node:zlib'

/** First bytes that tell what a file is, inflated too. */
export const HEAD_BYTES = 1024

/** What a file is by its first bytes: gzip, or a JSON object behind what may stand before one, compressed with gzip or not. Null: neither. */
export function inputKind(head: Buffer): 'archive' | 'json' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return isObject(inflatedHead(head)) ? 'json' : 'archive'
  return isObject(head) ? 'json' : null
}

function isObject(head: Buffer): boolean {
  return /^\uFEFF?\s*\{/.test(head.toString('utf8', 0, 64))
}

/** As much as can be inflated of bytes that are cut; nothing where they are damaged, which the reader of archives tells best. */
function inflatedHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}
