import { present } from '../errors/present.js'
import type { TextEdit } from './text-edit.js'

/** What becomes of a key: another text, null where it goes away. Undefined: it stays as it is. */
export type Renamed = string | null | undefined

/** Edits inside an element, or `gone` for one that goes away. */
export type ElementChange = readonly TextEdit[] | 'gone'

interface Span {
  readonly start: number
  readonly end: number
}

/** Edits of a sequence whose elements stand between separators: an element takes the one beside it along. */
export function elementEdits(spans: readonly Span[], changes: readonly ElementChange[]): readonly TextEdit[] {
  const first = changes.findIndex((change) => change !== 'gone')
  const [start, last] = [spans[0], spans.at(-1)]
  if (start === undefined || last === undefined) return []
  if (first < 0) return [{ start: start.start, end: last.end, text: '' }]
  const edits: TextEdit[] = first > 0 ? [{ start: start.start, end: present(spans[first]).start, text: '' }] : []
  for (let index = first; index < spans.length; index += 1) {
    const change = present(changes[index])
    if (change === 'gone') edits.push({ start: present(spans[index - 1]).end, end: present(spans[index]).end, text: '' })
    else edits.push(...change)
  }
  return edits
}
