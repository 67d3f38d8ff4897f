import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import pg from 'pg'
import type { Fault, Faults } from './faults.js'

/**
 * What happens at the n-th message of the client. `cut`: the connection is closed before the server gets it. `answer lost`: the server gets
 * it, and the connection is reset before its answer comes back. `terminated`: an administrator ends the session.
 */
export type ConnectionMode = 'cut' | 'answer lost' | 'terminated'

export interface FaultyProxy extends Faults<ConnectionMode> {
  /** As the server's, by way of the proxy. */
  readonly url: string
}

/** Messages that make the server do something; the others of the extended protocol only come before a Sync. */
const COUNTED = new Map([['Q', 'query'], ['S', 'statement'], ['d', 'rows of a COPY'], ['c', 'end of a COPY'], ['f', 'a COPY that failed'], ['X', 'goodbye']])

/**
 * A real TCP proxy on the loopback, in front of a real server. It reads the protocol as far as message boundaries. `rewrite` puts other
 * SQL in the place of a statement.
 */
export async function faultyProxy(server: string, rewrite: (sql: string) => string = (sql) => sql): Promise<FaultyProxy> {
  const to = new URL(server)
  let mode: ConnectionMode = 'cut'
  let at = 0
  let count = 0
  let struck: Fault | null = null
  const sockets = new Set<Socket>()

  const proxy = createServer((client) => {
    const upstream = connect({ host: to.hostname, port: Number(to.port) })
    let backend = 0
    let losing = false
    const drop = (): void => {
      client.resetAndDestroy()
      upstream.destroy()
    }
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
    let last = ''
    const meet = async (type: string, message: Buffer): Promise<void> => {
      const what = COUNTED.get(type)
      if (type === 'P') last = message.subarray(message.indexOf(0, 5) + 1, message.indexOf(0, message.indexOf(0, 5) + 1)).toString()
      if (type === 'Q') last = message.subarray(5, -1).toString()
      if (at > 0 && what !== undefined && struck === null) {
        count += 1
        if (count === at) {
          struck = { what: `${what}: ${last.replaceAll(/\s+/g, ' ').slice(0, 100)}`, removes: false, after: /^COMMIT|setval/.test(last) }
          if (mode === 'cut') return drop()
          if (mode === 'terminated') await terminate(server, backend)
          else losing = true
        }
      }
      if (losing) {
        // Once the server has answered, or has nothing to answer.
        upstream.once('data', drop)
        if (type === 'X' || type === 'd') setTimeout(drop, 20)
      }
      if (!upstream.destroyed) upstream.write(type === 'P' ? withSql(message, rewrite) : message)
    }
    let waiting: Buffer = Buffer.alloc(0)
    let started = false
    let queue = Promise.resolve()
    client.on('data', (piece: Buffer) => {
      waiting = Buffer.concat([waiting, piece])
      for (;;) {
        const header = started ? 1 : 0
        if (waiting.length < header + 4) return
        const length = header + waiting.readUInt32BE(header)
        if (waiting.length < length) return
        const message = Buffer.from(waiting.subarray(0, length))
        waiting = waiting.subarray(length)
        const type = started ? String.fromCharCode(message[0] ?? 0) : ''
        // A request for TLS comes before the start; this server has none and says N.
        if (!started && message.readUInt32BE(4) !== 80877103) started = true
        queue = queue.then(async () => meet(type, message))
      }
    })
    upstream.on('data', (piece: Buffer) => {
      const key = backend === 0 ? piece.indexOf('K\0\0\0', 0, 'latin1') : -1
      if (key >= 0) backend = piece.readUInt32BE(key + 5)
      if (!losing) client.write(piece)
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = new URL(server)
  url.hostname = '127.0.0.1'
  url.port = String((proxy.address() as AddressInfo).port)

  return {
    url: url.href,
    arm: (next, n) => {
      mode = next
      at = n
      count = 0
      struck = null
    },
    disarm: () => {
      at = 0
      return { seen: count, fault: struck }
    },
    restore: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}

/** A Parse message with what `rewrite` makes of its SQL. */
function withSql(message: Buffer, rewrite: (sql: string) => string): Buffer {
  const start = message.indexOf(0, 5) + 1
  const end = message.indexOf(0, start)
  const sql = message.toString('utf8', start, end)
  const other = rewrite(sql)
  if (other === sql) return message
  const rewritten = Buffer.concat([message.subarray(0, start), Buffer.from(other), message.subarray(end)])
  rewritten.writeUInt32BE(rewritten.length - 1, 1)
  return rewritten
}

async function terminate(server: string, backend: number): Promise<void> {
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query('SELECT pg_terminate_backend($1)', [backend])
  await admin.end()
}
