import { createServer, type HoldallServer } from './create-server.js'
import type { ServerOptions } from './server-options.js'

/** Makes a server and listens. @throws as `createServer`, ADDRESS_UNUSABLE */
export async function startServer(options: ServerOptions): Promise<HoldallServer & { readonly url: string }> {
  const server = await createServer(options)
  try {
    return Object.freeze({ ...server, url: await server.listen() })
  } catch (error) {
    await server.stop()
    throw error
  }
}
