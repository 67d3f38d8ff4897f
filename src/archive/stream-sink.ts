import { HoldallError } from '../errors/holdall-error.js'
import { interrupted, throwIfInterrupted } from '../errors/interrupted.js'
import type { ArchiveSink } from './archive-sink.js'

/**
 * Writes to a stream such as stdout; a write is done once the stream has taken it. The stream is not ended.
 * @throws OUTPUT_FAILED, also where the reader of a pipe went away; INTERRUPTED, also while nobody reads
 */
export function streamSink(writable: NodeJS.WritableStream, signal?: AbortSignal): ArchiveSink {
  let failed: HoldallError | null = null
  // A stream also reports what it tells the callback as an event, which would end the process if nobody listened.
  writable.on('error', (error: Error) => {
    failed ??= outputFailed(error)
  })
  return Object.freeze({
    write: (bytes: Buffer): Promise<void> => new Promise((resolve, reject) => {
      if (failed !== null) {
        reject(failed)
        return
      }
      throwIfInterrupted(signal)
      const stop = (): void => reject(interrupted())
      signal?.addEventListener('abort', stop, { once: true })
      writable.write(bytes, (error) => {
        signal?.removeEventListener('abort', stop)
        if (error === null || error === undefined) resolve()
        else reject(failed ??= outputFailed(error))
      })
    }),
  })
}

function outputFailed(error: Error): HoldallError {
  const gone = (error as NodeJS.ErrnoException).code === 'EPIPE'
  return new HoldallError('OUTPUT_FAILED', {
    message: gone ? 'the program that reads the output went away' : `the output could not be written: ${error.message}`,
    cause: error,
  })
}
