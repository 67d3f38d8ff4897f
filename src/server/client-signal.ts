import type { FastifyReply } from 'fastify'

/** Aborted when the client goes away before it has the whole answer. */
export function clientSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  const { raw } = reply
  const gone = (): void => {
    if (!raw.writableFinished) controller.abort()
  }
  if (raw.destroyed) gone()
  else raw.once('close', gone)
  return controller.signal
}
