import { HoldallError } from '../../errors/holdall-error.js'
import type { Options, Values } from '../command.js'
import { variableName } from '../options/option.js'
import type { Typed } from '../read-values.js'

/** What only works on a store here must not be passed over in silence. @throws USAGE naming the flag or the variable */
export function refuseLocalOptions<O extends Options>(options: O, values: Values<O>, names: readonly (keyof O & string)[], typed: Typed): void {
  for (const name of names) {
    const option = options[name]
    if (option === undefined || values[name] === undefined || values[name] === false) continue
    const given = typed(option) !== null ? `--${option.name}` : variableName(option)
    throw new HoldallError('USAGE', { message: `${given} is not for a server`, hint: 'Leave it out, or work on the store itself with --store.' })
  }
}
