import { messageOf } from '../errors/message-of.js'
import { scratchFailure } from './scratch-failure.js'

interface Closable {
  close(): void | Promise<void>
}

/** Keeps what was opened until the end, and gives it back. */
export type Keep = <T extends Closable | null>(opened: T) => T

/**
 * Does the work, then closes in reverse what was opened for it, all of it, whatever fails. Work that is done stands: what did not
 * close comes back beside its result, one sentence each.
 */
export async function withOpened<T>(work: (keep: Keep) => Promise<T>): Promise<{ readonly result: T; readonly unclosed: readonly string[] }> {
  const opened: Closable[] = []
  const close = async (): Promise<string[]> => {
    const failures: string[] = []
    for (const each of opened.reverse()) {
      try {
        await each.close()
      } catch (error) {
        failures.push(messageOf(error))
      }
    }
    return failures
  }
  let result: T
  try {
    result = await work((value) => {
      if (value !== null) opened.push(value)
      return value
    })
  } catch (error) {
    await close()
    throw scratchFailure(error)
  }
  return { result, unclosed: await close() }
}
