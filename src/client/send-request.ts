import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { HoldallError } from '../errors/holdall-error.js'
import { interrupted, throwIfInterrupted } from '../errors/interrupted.js'
import type { RemoteServer } from './remote-server.js'

export interface RemoteRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the server's address. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Readable
  /** Ends the request, and the transfer of its answer. */
  readonly signal?: AbortSignal | undefined
}

/** How often the system asks whether the other side is still there, while nothing is to be sent. */
const ALIVE = 30_000

/**
 * Sends a request and gives the answer as soon as its head is there, even while the body is still being sent. Redirects are not followed:
 * the token is for this server. While the server works on its answer there is no limit of time; that it vanished is noticed by TCP.
 * @throws SERVER_UNREACHABLE, SERVER_FAILED, INTERRUPTED, and what reading the body throws
 */
export async function sendRequest(server: RemoteServer, { method, path, query = {}, headers = {}, body, signal }: RemoteRequest): Promise<IncomingMessage> {
  throwIfInterrupted(signal)
  const url = new URL(path, server.url)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
  const authorization = server.token === null ? {} : { Authorization: `Bearer ${server.token}` }
  const { request: open, Agent } = url.protocol === 'https:' ? https : http
  // Kept alive, so that a server which refuses a body early does not close the connection before its answer was read.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const request = open(url, { method, agent, headers: { ...headers, ...authorization } })
  let response: IncomingMessage | null = null
  const give = (failure: HoldallError): void => void (response ?? request).destroy(failure)
  const stop = (): void => give(interrupted())
  signal?.addEventListener('abort', stop, { once: true })
  request.once('close', () => {
    signal?.removeEventListener('abort', stop)
    agent.destroy()
  })
  limitSilence(request, server, () => response, give)
  return new Promise((resolve, reject) => {
    let connected = false
    request.on('socket', (socket) => socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => void (connected = true)))
    request.once('response', (message) => {
      response = message
      request.setTimeout(server.idle)
      if (body !== undefined && !request.writableFinished) {
        // An answer before all was sent says that the rest is not wanted; it must be read before the connection goes.
        body.unpipe(request)
        message.once('close', () => void (request.destroy(), body.destroy()))
      }
      resolve(message)
    })
    request.on('error', (error) => {
      body?.destroy()
      reject(HoldallError.is(error) ? error : connected ? brokenOff(server, error) : unreachable(server, error))
    })
    // From here on the server works.
    request.once('finish', () => {
      if (response === null) request.setTimeout(0)
    })
    body?.once('error', (error) => request.destroy(error))
    if (body === undefined) request.end()
    else body.pipe(request)
  })
}

/** A transfer that stands still is given up; an answer that nobody takes yet does not stand still. */
function limitSilence(request: ClientRequest, server: RemoteServer, answer: () => IncomingMessage | null, give: (failure: HoldallError) => void): void {
  request.on('socket', (socket) => {
    socket.setKeepAlive(true, ALIVE)
    socket.setTimeout(server.idle)
    socket.on('timeout', () => {
      if ((answer()?.readableLength ?? 0) > 0) socket.setTimeout(server.idle)
      else give(new HoldallError('SERVER_FAILED', { message: `${server.url.host} was silent for ${server.idle / 1000} s`, hint: 'Check the network, or raise --idle-timeout.' }))
    })
  })
}

/** No connection came about: nothing was sent. */
function unreachable({ url }: RemoteServer, cause: Error & { readonly code?: string }): HoldallError {
  const known: Readonly<Record<string, string>> = { ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'there is no host of that name', EAI_AGAIN: 'the name of the host cannot be looked up now' }
  const why = known[cause.code ?? ''] ?? (cause.message === '' ? (cause.code ?? 'no connection') : cause.message)
  return new HoldallError('SERVER_UNREACHABLE', { message: `${url.host}: ${why}`, cause })
}

export function brokenOff({ url }: RemoteServer, cause: unknown): HoldallError {
  return new HoldallError('SERVER_FAILED', { message: `the connection to ${url.host} broke off: ${cause instanceof Error ? cause.message : String(cause)}`, cause })
}
