/** Characters of a text that are replaced by others; edits of one text are in its order and apart from each other. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let at = 0
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}

/** How a text is written inside quotes. */
export interface Escaping {
  /** How many characters, from `at` on, stand for one of the text. */
  readonly width: (quoted: string, at: number) => number
  readonly escape: (text: string) => string
}

export const JSON_ESCAPING: Escaping = Object.freeze({
  width: (quoted: string, at: number) => (quoted[at] !== '\\' ? 1 : quoted[at + 1] === 'u' ? 6 : 2),
  escape: (text: string) => JSON.stringify(text).slice(1, -1),
})

/** Of an element in the text form of PostgreSQL's arrays. */
export const LITERAL_ESCAPING: Escaping = Object.freeze({
  width: (quoted: string, at: number) => (quoted[at] === '\\' ? 2 : 1),
  escape: (text: string) => text.replace(/["\\]/g, '\\$&'),
})

/** Edits of the text that stands, with its escapes, in `quoted` from `start` on, as edits of `quoted`. */
export function throughEscapes(quoted: string, start: number, edits: readonly TextEdit[], { width, escape }: Escaping): readonly TextEdit[] {
  let [inside, outside] = [0, start]
  const seek = (to: number): number => {
    for (; inside < to; inside += 1) outside += width(quoted, outside)
    return outside
  }
  return edits.map((edit) => ({ start: seek(edit.start), end: seek(edit.end), text: escape(edit.text) }))
}
