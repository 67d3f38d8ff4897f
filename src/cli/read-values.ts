import { HoldallError } from '../errors/holdall-error.js'
import type { Options, Values } from './command.js'
import { BadValue, variableName, type Option } from './options/option.js'

/** What was typed for an option: every text of it, or null when the flag was not given. */
export type Typed = (option: Option<unknown>) => readonly string[] | null

/**
 * Values of options: the flag counts before the variable. An empty variable counts as none.
 * @throws USAGE naming the flag or the variable
 */
export function readValues<O extends Options>(options: O, typed: Typed, env: Readonly<Record<string, string | undefined>>): Values<O> {
  const values = Object.entries(options).map(([key, option]) => [key, readValue(option, typed(option), env)] as const)
  // Each key holds what its own option parsed.
  return Object.freeze(Object.fromEntries(values)) as Values<O>
}

function readValue(option: Option<unknown>, texts: readonly string[] | null, env: Readonly<Record<string, string | undefined>>): unknown {
  if (texts !== null) return parse(option, texts, `--${option.name}`)
  const text = env[variableName(option)]
  return text === undefined || text === '' ? undefined : parse(option, option.splitVariable(text), variableName(option))
}

function parse(option: Option<unknown>, texts: readonly string[], source: string): unknown {
  const [first, ...rest] = texts
  if (first === undefined) return undefined
  try {
    return option.parse([first, ...rest])
  } catch (error) {
    if (!(error instanceof BadValue)) throw error
    throw new HoldallError('USAGE', { message: `${source}: ${error.message}` })
  }
}
