import { lstat } from 'node:fs/promises'
import { HoldallError } from '../errors/holdall-error.js'

/** @throws OUTPUT_EXISTS when there is something of that name */
export async function refuseExisting(path: string): Promise<void> {
  if ((await lstat(path).catch(() => null)) !== null) throw new HoldallError('OUTPUT_EXISTS', { message: `${path} exists` })
}
