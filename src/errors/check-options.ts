import { HoldallError } from './holdall-error.js'
import { isRecord, type OptionCheck } from './option-check.js'

export interface OptionShape {
  readonly required?: Readonly<Record<string, OptionCheck>>
  readonly optional?: Readonly<Record<string, OptionCheck>>
}

/**
 * Options as they come from JavaScript, where no compiler looked at them. A name that is not known is refused too: an
 * `includes` that nobody reads would let everything out.
 * @throws USAGE naming the function and the option
 */
export function checkOptions(calling: string, options: unknown, { required = {}, optional = {} }: OptionShape): void {
  const wrong = (message: string): never => {
    throw new HoldallError('USAGE', { message: `${calling}: ${message}`, hint: 'See docs/guides/library.md and the types of the package.' })
  }
  if (!isRecord(options)) return wrong('the options must be an object')
  for (const [name, value] of Object.entries(options)) {
    const check = own(required, name) ?? own(optional, name)
    if (check === undefined) return wrong(`there is no option ${name}, only ${[...Object.keys(required), ...Object.keys(optional)].join(', ')}`)
    const due = value === undefined ? null : check(value)
    if (due !== null) return wrong(`${name} must be ${due}`)
  }
  for (const name of Object.keys(required)) if (options[name] === undefined) return wrong(`${name} is missing`)
}

function own(checks: Readonly<Record<string, OptionCheck>>, name: string): OptionCheck | undefined {
  return Object.hasOwn(checks, name) ? checks[name] : undefined
}
