import { present } from '../errors/present.js'
import { elementEdits, type ElementChange, type Renamed } from './element-edits.js'
import { LITERAL_ESCAPING, throughEscapes, type TextEdit } from './text-edit.js'

/** What becomes of an element of an array, told by its text. */
export type ElementVisit = (text: string) => readonly TextEdit[] | { readonly renamed: Renamed }

const BOUNDS = /^\[(-?\d+):(-?\d+)\]=/

/**
 * Edits of an array in PostgreSQL's text form, which canonical rows have for bounds that JSON cannot say: `[0:1]={1,"b c"}`.
 * Where an array of one dimension loses elements its upper bound moves; in others NULL stands for them.
 */
export function arrayLiteralEdits(literal: string, delimiter: string, visit: ElementVisit): readonly TextEdit[] {
  const from = literal.indexOf('=') + 1
  const bounds = BOUNDS.exec(literal)
  const flat = !literal.includes('][')
  const spans: { start: number; end: number }[] = []
  const changes: ElementChange[] = []
  for (const [all, quoted, word] of elementsOf(literal, from, delimiter)) {
    if (quoted === undefined && word === 'NULL') {
      spans.push(all)
      changes.push([])
      continue
    }
    const text = quoted === undefined ? present(word) : quoted.replace(/\\(.)/gs, '$1')
    const change = visit(text)
    spans.push(all)
    if (!('renamed' in change)) changes.push(inElement(all.start, quoted, change))
    else if (change.renamed === null) changes.push(flat ? 'gone' : [{ ...all, text: 'NULL' }])
    else changes.push(change.renamed === undefined ? [] : [{ ...all, text: elementText(change.renamed, quoted !== undefined) }])
  }
  const lost = changes.filter((change) => change === 'gone').length
  if (lost > 0 && lost === changes.length) return [{ start: 0, end: literal.length, text: '{}' }]
  const moved = lost > 0 && bounds !== null ? [{ start: 0, end: bounds[0].length, text: `[${present(bounds[1])}:${BigInt(present(bounds[2])) - BigInt(lost)}]=` }] : []
  return [...moved, ...elementEdits(spans, changes)]
}

type Element = readonly [span: { start: number; end: number }, quoted: string | undefined, word: string | undefined]

function* elementsOf(literal: string, from: number, delimiter: string): Generator<Element> {
  const pattern = new RegExp(`"((?:[^"\\\\]|\\\\.)*)"|([^{}"${delimiter}]+)`, 'gs')
  pattern.lastIndex = from
  for (let found = pattern.exec(literal); found !== null; found = pattern.exec(literal)) {
    yield [{ start: found.index, end: found.index + found[0].length }, found[1], found[2]]
  }
}

function inElement(start: number, quoted: string | undefined, edits: readonly TextEdit[]): readonly TextEdit[] {
  const within = quoted === undefined ? edits : throughEscapes(`"${quoted}"`, 1, edits, LITERAL_ESCAPING)
  return within.map((edit) => ({ ...edit, start: edit.start + start, end: edit.end + start }))
}

function elementText(text: string, quoted: boolean): string {
  if (!quoted && /^[\w.:-]+$/.test(text) && text.toUpperCase() !== 'NULL') return text
  return `"${LITERAL_ESCAPING.escape(text)}"`
}
