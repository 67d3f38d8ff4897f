import { HoldallError, type Place } from './holdall-error.js'

/** The failure of an operation whose signal was aborted. */
export function interrupted(place: Place = {}): HoldallError {
  return new HoldallError('INTERRUPTED', { ...place, message: 'the operation was stopped' })
}

/** @throws INTERRUPTED once the signal is aborted */
export function throwIfInterrupted(signal: AbortSignal | undefined, place: Place = {}): void {
  if (signal?.aborted === true) throw interrupted(place)
}
