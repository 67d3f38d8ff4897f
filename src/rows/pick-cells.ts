import { cellEnd } from './cell-end.js'
import { keyPrefixes, startsWithAt } from './key-prefixes.js'

/**
 * Makes a function that takes some cells out of a canonical line as JSON text, in the order of `picks`; null when the line is
 * not canonical up to the last of them.
 */
export function cellPicker(names: readonly string[], picks: readonly string[]): (line: Uint8Array) => string[] | null {
  const prefixes = keyPrefixes(names)
  const slots = names.map((name) => picks.flatMap((pick, slot) => (pick === name ? [slot] : [])))
  const last = slots.findLastIndex((found) => found.length > 0)
  return (line) => {
    const cells = new Array<string>(picks.length).fill('null')
    let at = 0
    for (let index = 0; index <= last; index += 1) {
      const prefix = prefixes[index]
      if (prefix === undefined || !startsWithAt(line, at, prefix)) return null
      const start = at + prefix.length
      at = cellEnd(line, start)
      if (at < 0) return null
      for (const slot of slots[index] ?? []) cells[slot] = Buffer.from(line.buffer, line.byteOffset + start, at - start).toString('utf8')
    }
    return cells
  }
}
