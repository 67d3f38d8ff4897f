import { HoldallError } from './holdall-error.js'

/** Whatever was thrown, as an error of the catalogue: what is none of ours is INTERNAL. */
export function asHoldallError(error: unknown): HoldallError {
  if (HoldallError.is(error)) return error
  const message = error instanceof Error ? error.message || error.name : String(error)
  return new HoldallError('INTERNAL', { message, cause: error })
}
