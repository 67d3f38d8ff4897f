import { BadValue } from './option.js'
import { parseList } from './parse-list.js'
import { splitPair } from './split-pair.js'

/** `TABLE=COLUMNS` pairs; several for one table are its rules in this order. A column's name may be double-quoted. */
export function parseMatches(texts: readonly string[]): Readonly<Record<string, readonly (readonly string[])[]>> {
  const matches = new Map<string, (readonly string[])[]>()
  for (const text of texts) {
    const [table, list] = splitPair(text, 'TABLE=COLUMNS')
    const columns = parseList(list).map((name) => columnName(name, text))
    const twice = columns.find((column, index) => columns.indexOf(column) !== index)
    if (twice !== undefined) throw new BadValue(`${JSON.stringify(text)} names the column ${twice} twice`)
    const rules = matches.get(table) ?? []
    if (rules.some((rule) => rule.length === columns.length && rule.every((column) => columns.includes(column)))) {
      throw new BadValue(`${JSON.stringify(text)} is given twice`)
    }
    matches.set(table, [...rules, Object.freeze(columns)])
  }
  return Object.freeze(Object.fromEntries([...matches].map(([table, rules]) => [table, Object.freeze(rules)])))
}

function columnName(name: string, text: string): string {
  if (!name.includes('"')) return name
  const quoted = /^"((?:[^"]|"")+)"$/.exec(name)?.[1]
  if (quoted === undefined) throw new BadValue(`${JSON.stringify(text)}: double quotes go around a whole name, and "" is one inside`)
  return quoted.replaceAll('""', '"')
}
