import { HoldallError } from '../errors/holdall-error.js'

/** The failure that a resolutions file cannot be used, with the line where that is known. */
export function resolutionsError(path: string, line: number | null, problem: string, hint?: string): HoldallError {
  return new HoldallError('RESOLUTIONS_INVALID', { message: `${path}${line === null ? '' : `, line ${line}`}: ${problem}`, ...(hint === undefined ? {} : { hint }) })
}
