import { BadValue } from './option.js'
import { splitPair } from './split-pair.js'

/** `TABLE=CONDITION` pairs. */
export function parseConditions(texts: readonly string[]): Readonly<Record<string, string>> {
  const conditions = new Map<string, string>()
  for (const text of texts) {
    const [table, condition] = splitPair(text, 'TABLE=CONDITION')
    if (conditions.has(table)) throw new BadValue(`table ${table} is given twice; join the conditions with AND`)
    conditions.set(table, condition)
  }
  return Object.freeze(Object.fromEntries(conditions))
}

/** The variable holds one pair a line, because conditions hold commas. */
export function splitLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
