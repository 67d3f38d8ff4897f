import { HoldallError, type Place } from './holdall-error.js'

/**
 * A value that the code before it has put there, which the types alone cannot say.
 * @throws INTERNAL when it is not there after all
 */
export function present<T>(value: T | null | undefined, message = 'what must be there is missing', place: Place = {}): T {
  if (value === undefined || value === null) throw new HoldallError('INTERNAL', { message, ...place })
  return value
}
