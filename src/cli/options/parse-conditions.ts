import { BadValue } from './option.js'

/** `TABLE=CONDITION` pairs; the table ends at the first `=` outside double quotes. */
export function parseConditions(texts: readonly string[]): Readonly<Record<string, string>> {
  const conditions = new Map<string, string>()
  for (const text of texts) {
    const match = /^((?:"(?:[^"]|"")*"|[^"=])+)=(.*)$/s.exec(text)
    const table = match?.[1]?.trim() ?? ''
    const condition = match?.[2]?.trim() ?? ''
    if (table === '' || condition === '') throw new BadValue(`${JSON.stringify(text)} is not of the form TABLE=CONDITION`)
    if (conditions.has(table)) throw new BadValue(`table ${table} is given twice; join the conditions with AND`)
    conditions.set(table, condition)
  }
  return Object.freeze(Object.fromEntries(conditions))
}

/** The variable holds one pair a line, because conditions hold commas. */
export function splitLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
