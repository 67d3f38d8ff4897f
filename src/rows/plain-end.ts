/** 1 for bytes that stand for themselves in a JSON string: no control character, quote or backslash. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 || byte === 0x22 || byte === 0x5c ? 0 : 1))

/** Where the run of bytes ends that stand for themselves in a JSON string. Four at a time: most of what is moved is text. */
export function plainEnd(bytes: Buffer, start: number): number {
  let at = start
  for (const last = bytes.length - 4; at <= last; at += 4) {
    if (PLAIN[bytes[at] ?? 0] === 0) return at
    if (PLAIN[bytes[at + 1] ?? 0] === 0) return at + 1
    if (PLAIN[bytes[at + 2] ?? 0] === 0) return at + 2
    if (PLAIN[bytes[at + 3] ?? 0] === 0) return at + 3
  }
  while (at < bytes.length && PLAIN[bytes[at] ?? 0] === 1) at += 1
  return at
}
