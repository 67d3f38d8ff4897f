import { BadValue } from './option.js'
import { parseChoice } from './parse-choice.js'
import { splitPair } from './split-pair.js'

/** `TABLE=STRATEGY` pairs, each table once. */
export function parseTableStrategies<const T extends string>(strategies: readonly T[]): (texts: readonly string[]) => Readonly<Record<string, T>> {
  const choose = parseChoice(strategies)
  return (texts) => {
    const chosen = new Map<string, T>()
    for (const text of texts) {
      const [table, strategy] = splitPair(text, 'TABLE=STRATEGY')
      if (chosen.has(table)) throw new BadValue(`table ${table} is given twice`)
      chosen.set(table, choose(strategy))
    }
    return Object.freeze(Object.fromEntries(chosen))
  }
}
