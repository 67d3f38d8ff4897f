import { HoldallError } from '../../errors/holdall-error.js'
import type { App } from '../app.js'
import { endWithProblem } from './answer-broken-request.js'

/**
 * Ends a connection whose body stops coming. Only the socket can tell: a timer of the whole request would end a long import over a
 * slow line, which does nothing wrong.
 */
export function limitPauses(app: App, idle: number): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    const { socket } = raw
    if (raw.complete) return
    const lift = (): void => void socket.setTimeout(0)
    socket.setTimeout(idle)
    raw.once('end', lift)
    raw.once('close', lift)
    raw.on('timeout', () => {
      // What came and was not taken yet is our own slowness.
      if (raw.readableLength > 0) socket.setTimeout(idle)
      else if (reply.raw.headersSent) socket.destroy()
      else endWithProblem(new HoldallError('REQUEST_TIMEOUT', { message: 'the body stopped coming' }), socket)
    })
  })
}
