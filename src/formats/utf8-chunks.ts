import { isUtf8 } from 'node:buffer'

/** The bytes that follow are not UTF-8; everything before them has been given. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8'
}

/** Passes bytes on in chunks that are whole characters of valid UTF-8. @throws NotUtf8 right behind the last valid character */
export async function* utf8Chunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.length - unfinishedTail(bytes, bytes.length)
    const valid = isUtf8(bytes.subarray(0, end)) ? end : validLength(bytes, end)
    if (valid > 0) yield bytes.subarray(0, valid)
    if (valid < end) throw new NotUtf8()
    rest = bytes.subarray(end)
  }
  if (rest.length > 0) throw new NotUtf8()
}

/** Bytes of a character that begins within the last three of `bytes[0, end)` and does not end there. */
function unfinishedTail(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back += 1) {
    const byte = bytes[end - back] ?? 0
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}

/** Length of the longest valid prefix, found by halving: a prefix is good when all its finished characters are. */
function validLength(bytes: Buffer, end: number): number {
  let good = 0
  let bad = end
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isUtf8(bytes.subarray(0, middle - unfinishedTail(bytes, middle)))) good = middle
    else bad = middle
  }
  return good - unfinishedTail(bytes, good)
}
