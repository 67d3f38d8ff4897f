import { INCOMPLETE, keyEnd, nextKey, skipBlanks, valueEnd, valueStart, type JsonText } from './json-scanner.js'

const CLOSE_BRACE = 0x7d
const BACKSLASH = 0x5c

/** One member of an object: its key, and where key and value stand. */
export interface Member {
  readonly name: string
  readonly at: number
  readonly start: number
  readonly end: number
}

/** Visits the members of the object whose brace is at `at`; returns where it ends, or INCOMPLETE. @throws JsonFault */
export function scanMembers(text: JsonText, at: number, visit: (member: Member) => void): number {
  let next = skipBlanks(text, at + 1)
  while (text.bytes[next] !== CLOSE_BRACE) {
    const stop = keyEnd(text, next)
    if (stop === INCOMPLETE) return INCOMPLETE
    const start = valueStart(text, stop)
    if (start === INCOMPLETE) return INCOMPLETE
    const end = valueEnd(text, start, 1)
    if (end === INCOMPLETE) return INCOMPLETE
    visit({ name: keyName(text.bytes, next, stop), at: next, start, end })
    next = nextKey(text, end)
    if (next === INCOMPLETE) return INCOMPLETE
  }
  return next + 1
}

function keyName(bytes: Buffer, start: number, end: number): string {
  const quoted = bytes.toString('utf8', start, end)
  return bytes.subarray(start, end).includes(BACKSLASH) ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}
