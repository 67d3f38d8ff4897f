import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, '../RESULTS.md')

/** Replaces one section of the results, or adds it at the end; what people wrote outside the markers stays. */
export function writeSection(name, text, file = FILE) {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const before = readFileSync(file, 'utf8')
  const [start, end] = [before.indexOf(open), before.indexOf(close)]
  const section = `${open}\n\n${text}\n\n${close}`
  const whole = start !== -1 && end > start
  writeFileSync(file, whole ? before.slice(0, start) + section + before.slice(end + close.length) : `${before.trimEnd()}\n\n${section}\n`)
}
