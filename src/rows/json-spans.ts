/** Where a value stands in a JSON text; `end` is exclusive, and blanks around the value are no part of it. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

const SCALAR = /[^\s,\]}]*/y
const BLANKS = /\s*/y
const STRING = /[^"\\]*/y

/** The value of a text that is nothing but one. */
export function rootSpan(text: string): JsonSpan {
  const start = after(BLANKS, text, 0)
  return { start, end: valueEnd(text, start) }
}

/** The elements of the array that starts at `start`. Of what is no JSON any spans come. */
export function* elementSpans(text: string, start: number): Generator<JsonSpan> {
  for (let at = after(BLANKS, text, start + 1); at < text.length && text[at] !== ']'; ) {
    const end = valueEnd(text, at)
    yield { start: at, end }
    at = afterComma(text, end)
  }
}

/** The members of the object that starts at `start`, in their order. */
export function* memberSpans(text: string, start: number): Generator<JsonSpan & { readonly name: string }> {
  for (let at = after(BLANKS, text, start + 1); at < text.length && text[at] !== '}'; ) {
    const nameEnd = valueEnd(text, at)
    const name = parsedString(text.slice(at, nameEnd))
    const valueStart = after(BLANKS, text, after(BLANKS, text, nameEnd) + 1)
    const end = valueEnd(text, valueStart)
    if (name !== null) yield { name, start: valueStart, end }
    at = afterComma(text, end)
  }
}

/** What a JSON string says; null where it is none. */
export function parsedString(json: string): string | null {
  if (!json.startsWith('"')) return null
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}

function valueEnd(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  if (first !== '[' && first !== '{') return Math.max(after(SCALAR, text, start), start + 1)
  let depth = 0
  for (let at = start; at < text.length; ) {
    const character = text[at]
    if (character === '"') {
      at = stringEnd(text, at)
      continue
    }
    at += 1
    if (character === '[' || character === '{') depth += 1
    else if ((character === ']' || character === '}') && --depth === 0) return at
  }
  return text.length
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; ) {
    at = after(STRING, text, at)
    if (text[at] === '"') return at + 1
    at += 2
  }
  return text.length
}

function afterComma(text: string, end: number): number {
  const at = after(BLANKS, text, end)
  return text[at] === ',' ? after(BLANKS, text, at + 1) : at
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
