/** Deeper documents are taken for not canonical, rather than risking the stack. */
const DEEPEST = 500

const STRING = /"(?:[^"\\\u0000-\u001f]|\\["\\bfnrt]|\\u00(?:0[0-7be-f]|1[0-9a-f]))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?/y

/**
 * Whether a text is just what PostgreSQL prints for the `jsonb` made of it: `", "` and `": "` between parts, keys without
 * repetition in jsonb's own order (shorter ones first, then by bytes), numbers without exponent, characters unescaped.
 */
export function isCanonicalJsonb(text: string): boolean {
  return !text.includes('\\u0000') && value(text, 0, 0) === text.length
}

/** Where the value that starts at `at` ends, or -1. */
function value(text: string, at: number, depth: number): number {
  if (depth > DEEPEST) return -1
  switch (text.charAt(at)) {
    case '{':
      return members(text, at, '}', depth, true)
    case '[':
      return members(text, at, ']', depth, false)
    case '"':
      return token(text, at, STRING)
    default: {
      const word = ['true', 'false', 'null'].find((literal) => text.startsWith(literal, at))
      if (word !== undefined) return at + word.length
      const end = token(text, at, NUMBER)
      return end !== -1 && /^-0(?:\.0*)?$/.test(text.slice(at, end)) ? -1 : end
    }
  }
}

function members(text: string, open: number, close: string, depth: number, keyed: boolean): number {
  let at = open + 1
  if (text.charAt(at) === close) return at + 1
  let last: Buffer | null = null
  for (;;) {
    if (keyed) {
      const end = token(text, at, STRING)
      if (end === -1 || !text.startsWith(': ', end)) return -1
      const key = Buffer.from(JSON.parse(text.slice(at, end)) as string)
      if (last !== null && (last.length - key.length || Buffer.compare(last, key)) >= 0) return -1
      last = key
      at = end + 2
    }
    at = value(text, at, depth + 1)
    if (at === -1) return -1
    if (text.charAt(at) === close) return at + 1
    if (!text.startsWith(', ', at)) return -1
    at += 2
  }
}

function token(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}
