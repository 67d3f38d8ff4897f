import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Proxy {
  readonly url: string
  /** Bytes of answers that may pass on each connection from now on; then it is closed, or stands still. */
  allow(bytes: number, then: 'close' | 'stand still'): void
  /** Closes every connection there is. */
  cut(): void
}

/** A TCP proxy in front of a server, for what happens between two machines. */
export async function startProxy(server: string): Promise<Proxy> {
  const to = new URL(server)
  const sockets = new Set<Socket>()
  let limit: { readonly bytes: number; readonly then: 'close' | 'stand still' } | null = null
  const proxy = createServer((client) => {
    const upstream = connect({ host: to.hostname, port: Number(to.port) })
    let passed = 0
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    client.on('data', (chunk) => {
      if (!upstream.write(chunk)) client.pause()
    })
    upstream.on('drain', () => client.resume())
    client.on('drain', () => upstream.resume())
    upstream.on('data', (chunk: Buffer) => {
      const left = limit === null ? chunk.length : Math.max(0, limit.bytes - passed)
      passed += chunk.length
      if (!client.write(chunk.subarray(0, left))) upstream.pause()
      if (left < chunk.length) {
        if (limit?.then === 'close') client.end()
        else upstream.pause()
      }
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  onTestFinished(() => {
    cut()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, allow: (bytes, then) => void (limit = { bytes, then }), cut }
}
