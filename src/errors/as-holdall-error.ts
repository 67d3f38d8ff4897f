import { HoldallError } from './holdall-error.js'
import { messageOf } from './message-of.js'

/** Whatever was thrown, as an error of the catalogue: what is none of ours is INTERNAL. */
export function asHoldallError(error: unknown): HoldallError {
  if (HoldallError.is(error)) return error
  return new HoldallError('INTERNAL', { message: messageOf(error), cause: error })
}
