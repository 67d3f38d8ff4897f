import { setTimeout as pause } from 'node:timers/promises'
import { HoldallError } from '../errors/holdall-error.js'
import { isFinished } from '../jobs/job.js'
import type { OnProgress } from '../progress/progress.js'
import { cancelJob, getJob, watchJob, type RemoteJob } from './remote-job.js'
import type { RemoteServer } from './remote-server.js'

export interface FollowProps {
  readonly id: string
  /** Asks the server to stop the job; its end is waited for all the same, for only that says what became of it. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** Between two attempts to reach a server that was lost. */
const PAUSE = 500

/** Follows a job to its end, also over connections that are lost meanwhile. @throws SERVER_FAILED where the server stays away */
export async function followJob(server: RemoteServer, { id, signal, onProgress }: FollowProps): Promise<RemoteJob> {
  const stop = (): void => void cancelJob(server, { id, signal: AbortSignal.timeout(server.idle) }).catch(() => undefined)
  if (signal?.aborted === true) stop()
  else signal?.addEventListener('abort', stop, { once: true })
  try {
    for (let since = Date.now(); ; ) {
      try {
        const job = (await watchJob(server, { id, onProgress })) ?? (await getJob(server, { id, signal: AbortSignal.timeout(server.idle) }))
        if (isFinished(job)) return job
        since = Date.now()
      } catch (error) {
        if (!HoldallError.is(error) || !AWAY.has(error.code)) throw error
        if (Date.now() - since >= server.idle) throw outOfSight(server, id, error)
        // What asked to stop it may have been lost as well.
        if (signal?.aborted === true) stop()
      }
      await pause(PAUSE)
    }
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

const AWAY: ReadonlySet<string> = new Set(['SERVER_UNREACHABLE', 'SERVER_FAILED', 'SHUTTING_DOWN', 'INTERRUPTED'])

function outOfSight({ url }: RemoteServer, id: string, cause: HoldallError): HoldallError {
  return new HoldallError('SERVER_FAILED', { message: `${url.host} went out of reach (${cause.message}); whether the import came to its end is not known here`, hint: `Ask the server: ${new URL(`api/v1/jobs/${id}`, url).href}`, cause })
}
