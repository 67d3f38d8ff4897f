import { elementEdits, type ElementChange, type Renamed } from './element-edits.js'
import type { TextEdit } from './text-edit.js'

/** Edits that rename the keys of a text like `4, 8,15`; blanks around a key, and places without one, stay as they are. */
export function listEdits(text: string, separator: string, rename: (key: string) => Renamed): readonly TextEdit[] {
  const spans: { start: number; end: number }[] = []
  const changes: ElementChange[] = []
  let at = 0
  for (const piece of text.split(separator)) {
    const key = piece.trim()
    const start = at + (key === '' ? piece.length : piece.indexOf(key))
    const span = { start, end: start + key.length }
    const renamed = key === '' ? undefined : rename(key)
    spans.push(span)
    changes.push(renamed === null ? 'gone' : renamed === undefined ? [] : [{ ...span, text: renamed }])
    at += piece.length + separator.length
  }
  return elementEdits(spans, changes)
}
