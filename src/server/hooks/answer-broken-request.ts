import type { Socket } from 'node:net'
import { HoldallError } from '../../errors/holdall-error.js'
import { problemOf } from '../problem.js'

/** Answers what is no whole HTTP request, and closes the connection. */
export function answerBrokenRequest({ code }: Error & { readonly code?: string }, socket: Socket): void {
  // A connection that was reset has nobody to tell.
  if (code === 'ECONNRESET') socket.destroy()
  else endWithProblem(brokenBy(code), socket)
}

/** Writes a problem where fastify cannot, as the last thing on the connection. */
export function endWithProblem(failure: HoldallError, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = JSON.stringify(problemOf(failure, ''))
  const head = [`HTTP/1.1 ${failure.status} ${failure.code}`, 'Content-Type: application/problem+json', `Content-Length: ${Buffer.byteLength(body)}`, 'X-Content-Type-Options: nosniff', 'Connection: close']
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function brokenBy(code: string | undefined): HoldallError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HoldallError('HEADERS_TOO_LARGE', { message: 'the headers are larger than 16 KiB' })
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HoldallError('REQUEST_TIMEOUT', { message: 'the request did not arrive in time' })
    default:
      return new HoldallError('REQUEST_INVALID', { message: 'this is not an HTTP request' })
  }
}
