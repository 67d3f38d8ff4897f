import { HoldallError } from '../errors/holdall-error.js'
import { variableName, type Option } from './options/option.js'

/** The value of an option that the command cannot do without. @throws USAGE */
export function requireValue<T>(option: Option<T>, value: T | undefined, command: string): T {
  if (value !== undefined) return value
  throw new HoldallError('USAGE', {
    message: `--${option.name} is missing`,
    hint: `Pass --${option.name} ${option.value ?? ''} or set ${variableName(option)}; see \`holdall ${command} --help\`.`,
  })
}
