import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a real server that can be slow, stop without a word, or break, once so many bytes have passed. */
export interface ValveProxy {
  /** As the server's, by way of the proxy. */
  readonly url: string
  /** Arms it; resolves once it has struck. `from`: whose bytes are counted. */
  after(from: 'client' | 'server', bytes: number, act: 'drop' | 'stall'): Promise<void>
  /** Breaks every connection. */
  cut(): void
  /** Bytes that came from the client and from the server. */
  passed(): { readonly client: number; readonly server: number }
}

interface ValveProps {
  /** Bytes a millisecond in each direction; as fast as it goes where it is left out. */
  readonly pace?: number
}

export async function valveProxy(server: string, { pace }: ValveProps = {}): Promise<ValveProxy> {
  const to = new URL(server)
  const sockets = new Set<Socket>()
  const passed = { client: 0, server: 0 }
  let armed: { readonly from: 'client' | 'server'; readonly bytes: number; readonly act: 'drop' | 'stall'; readonly struck: () => void } | null = null
  let stalled = false

  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const strike = (): void => {
    if (armed === null) return
    if (armed.act === 'stall') stalled = true
    else cut()
    armed.struck()
    armed = null
  }
  /** Passes on what comes, no faster than it is taken. */
  const join = (from: 'client' | 'server', source: Socket, sink: Socket): void => {
    source.on('data', (piece: Buffer) => {
      passed[from] += piece.length
      if (armed !== null && armed.from === from && passed[from] >= armed.bytes) strike()
      if (stalled) return void source.pause()
      const flowing = sink.write(piece)
      if (flowing && pace === undefined) return
      source.pause()
      const go = (): void => {
        if (!stalled) source.resume()
      }
      if (!flowing) sink.once('drain', () => (pace === undefined ? go() : setTimeout(go, piece.length / pace)))
      else setTimeout(go, piece.length / (pace ?? 1))
    })
    source.on('end', () => sink.end())
  }
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: to.hostname, port: Number(to.port), allowHalfOpen: true })
    for (const socket of [client, upstream]) {
      socket.setNoDelay()
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    join('client', client, upstream)
    join('server', upstream, client)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const url = new URL(server)
  url.hostname = '127.0.0.1'
  url.port = String((proxy.address() as AddressInfo).port)
  return {
    url: url.href,
    cut,
    passed: () => ({ ...passed }),
    after: async (from, bytes, act) => new Promise((resolve) => (armed = { from, bytes, act, struck: resolve })),
  }
}
