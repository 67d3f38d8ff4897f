import type { CommanderError } from 'commander'
import { HoldallError } from '../errors/holdall-error.js'

/** What the parser of the command line found, in the words and form of every other error. */
export function usageError(error: CommanderError, command: string | null): HoldallError {
  const hint = `See \`holdall ${command === null ? '' : `${command} `}--help\`.`
  return new HoldallError('USAGE', { message: sentence(error), hint })
}

function sentence(error: CommanderError): string {
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(rest.join(' '))?.[1]
  const did = near === undefined ? '' : `; did you mean ${near.replace(/, ([^,]*)$/, ' or $1')}?`
  switch (error.code) {
    case 'commander.unknownOption':
      return first.replace(/^unknown option '(.*)'$/s, 'there is no flag $1') + did
    case 'commander.unknownCommand':
      return first.replace(/^unknown command '(.*)'$/s, 'there is no command $1') + did
    case 'commander.optionMissingArgument':
      return first.replace(/^option '(?:-\w, )?(--[\w-]+) <(.*)>' argument missing$/, '$1 needs a value: $2')
    case 'commander.missingArgument':
      return first.replace(/^missing required argument '(.*)'$/, (_all, name: string) => `${name} is missing`)
    case 'commander.excessArguments':
      return first.replace(/^too many arguments(?: for '.*')?\. Expected (\d+).* but got (\d+)\.$/, (_all, taken: string, given: string) => `${counted(given)} given where ${taken === '0' ? 'none' : taken} is taken`)
    default:
      return first
  }
}

function counted(given: string): string {
  return given === '1' ? '1 argument was' : `${given} arguments were`
}
