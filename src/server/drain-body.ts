import type { IncomingMessage } from 'node:http'

const PATIENCE = 30_000

/**
 * Reads on what nobody wants. Were the connection closed instead, a client that sends all before it reads would be told that it was
 * reset, and never see the answer.
 */
export function drainBody(raw: IncomingMessage): void {
  if (raw.complete || raw.destroyed) return
  const timer = setTimeout(() => raw.destroy(), PATIENCE)
  raw.once('close', () => clearTimeout(timer))
  raw.on('error', () => undefined)
  raw.resume()
}
