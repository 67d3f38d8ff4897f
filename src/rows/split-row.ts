import { cellEnd } from './cell-end.js'
import { keyPrefixes, startsWithAt } from './key-prefixes.js'

/** The JSON texts of a canonical line's cells, in order; or the index of the column where the line stops being canonical. */
export type SplitRow = { readonly cells: readonly string[] } | { readonly brokenAt: number }

/** Makes a function that cuts one canonical line (without its newline) into cells. */
export function rowSplitter(names: readonly string[]): (line: Buffer) => SplitRow {
  const prefixes = keyPrefixes(names)
  return (line) => {
    const cells: string[] = []
    let at = 0
    for (const prefix of prefixes) {
      if (!startsWithAt(line, at, prefix)) return { brokenAt: cells.length }
      const end = cellEnd(line, at + prefix.length)
      if (end < 0) return { brokenAt: cells.length }
      cells.push(line.toString('utf8', at + prefix.length, end))
      at = end
    }
    const rest = line.toString('latin1', at)
    return rest === (prefixes.length === 0 ? '{}' : '}') ? { cells } : { brokenAt: prefixes.length }
  }
}

/** Lines of a batch, without their newlines. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start)
    if (end < 0) {
      yield bytes.subarray(start)
      return
    }
    yield bytes.subarray(start, end)
    start = end + 1
  }
}
