import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'
import { messageOf } from '../errors/message-of.js'

/** A temporary folder for what an operation keeps aside. */
export interface ScratchFolder {
  readonly path: string
  /** @throws OUTPUT_FAILED naming what is left behind */
  remove(): void
}

/** @throws OUTPUT_FAILED */
export function makeScratchFolder(name = 'holdall-'): ScratchFolder {
  const path = attempt('there is no temporary folder to work in', () => mkdtempSync(join(tmpdir(), name)))
  return { path, remove: () => attempt(`what was kept aside in ${path} is left behind`, () => rmSync(path, { recursive: true, force: true })) }
}

function attempt<T>(problem: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = messageOf(error)
    throw new HoldallError('OUTPUT_FAILED', { message: `${problem}: ${reason}`, hint: `TMPDIR names the folder, now ${tmpdir()}.`, cause: error })
  }
}
