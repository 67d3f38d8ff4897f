import type { Writable } from 'node:stream'
import { HoldallError } from '../errors/holdall-error.js'

/** Writes a text and waits until the stream has taken it. @throws OUTPUT_FAILED when nobody reads any more */
export async function writeOut(stream: Writable, text: string): Promise<void> {
  if (text === '') return
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve()
      else reject(outputFailed(error))
    })
  })
}

/** A standard output that broke off, mostly because the reader of the pipe has gone (EPIPE). */
export function outputFailed(cause: Error): HoldallError {
  const gone = 'code' in cause && cause.code === 'EPIPE'
  return new HoldallError('OUTPUT_FAILED', {
    message: gone ? 'standard output was closed by its reader' : `standard output failed: ${cause.message}`,
    hint: gone ? 'Read the output to its end.' : 'Check where standard output goes.',
    cause,
  })
}
