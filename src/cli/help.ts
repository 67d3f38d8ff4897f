import type { Command } from './command.js'
import { EXIT_STATUS, exitCodes } from './exit-status.js'
import { variableName, type Option } from './options/option.js'

/** `-o, --output <FILE>`, as the parser wants it. */
export function flags(option: Option<unknown>): string {
  const short = option.short === null ? '' : `-${option.short}, `
  return `${short}--${option.name}${option.value === null ? '' : ` <${option.value}>`}`
}

/** What an option means, what holds without it, and its variable. */
export function optionHelp(option: Option<unknown>): string {
  const otherwise = option.otherwise === null ? '' : ` (default: ${option.otherwise})`
  return `${option.means}${otherwise} [${variableName(option)}]`
}

/** What follows the options in the help of a command. */
export function helpTail(command: Pick<Command, 'examples' | 'exits' | 'exitMeans'>): string {
  const examples = command.examples.flatMap((example) => [`  # ${example.does}`, `  ${example.command}`])
  const exits = exitCodes(command.exits).map((code) => `  ${String(code).padStart(3)}  ${command.exitMeans?.[code] ?? EXIT_STATUS[code]}`)
  return ['', 'EXAMPLES:', ...examples, '', 'EXIT STATUS:', ...exits, ''].join('\n')
}
