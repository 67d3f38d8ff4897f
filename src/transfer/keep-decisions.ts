import { lstat } from 'node:fs/promises'
import { HoldallError } from '../errors/holdall-error.js'
import { isConflictsHeader } from './conflicts-header.js'
import { jsonLines } from './json-lines.js'

/**
 * Refuses to replace a file that is no conflicts file, or one in which somebody decided something: that is a person's work.
 * @throws OUTPUT_EXISTS
 */
export async function keepDecisions(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return
  const fault = await whyKept(path)
  if (fault === null) return
  throw new HoldallError('OUTPUT_EXISTS', { message: `${path} exists, and ${fault.problem}`, hint: fault.hint })
}

async function whyKept(path: string): Promise<{ readonly problem: string; readonly hint: string } | null> {
  const other = { problem: 'is no conflicts file', hint: 'Choose another name, or pass --overwrite.' }
  let first = true
  try {
    for await (const { number, value } of jsonLines(path)) {
      if (first ? !isConflictsHeader(value) : typeof value !== 'object' || value === null) return other
      if (!first && (value as Readonly<Record<string, unknown>>)['resolution'] !== null) {
        return { problem: `line ${number} of it holds a resolution`, hint: 'Pass it with --resolutions, and choose another name for the new conflicts, or pass --overwrite.' }
      }
      first = false
    }
  } catch {
    return other
  }
  return first ? other : null
}
