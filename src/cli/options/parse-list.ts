import { BadValue } from './option.js'

/**
 * Comma-separated names. A comma inside double quotes is part of the name, and the quotes stay, because the id of a
 * table whose name holds a dot is written with them.
 */
export function parseList(text: string): readonly string[] {
  const names: string[] = []
  for (const match of text.matchAll(/((?:"(?:[^"]|"")*"|[^",])*)(,|$|")/g)) {
    if (match[2] === '"') throw new BadValue(`${JSON.stringify(text)} opens a double quote and does not close it`)
    const name = (match[1] ?? '').trim()
    if (name === '') throw new BadValue(`${JSON.stringify(text)} holds an empty name`)
    names.push(name)
    if (match[2] === '') break
  }
  return names
}
