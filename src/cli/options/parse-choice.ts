import { BadValue } from './option.js'

/** One of the words listed. */
export function parseChoice<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text)
    if (found === undefined) throw new BadValue(`${JSON.stringify(text)} is not one of ${choices.join(', ')}`)
    return found
  }
}
