import { resolve } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'
import { defaultStateFile } from '../jobs/default-state-file.js'
import type { Config } from '../profiles/config.js'
import { loadConfig } from '../profiles/load-config.js'
import type { ServerSettings } from '../profiles/server-settings.js'
import type { CliHost } from './host.js'

export interface ServerConfig {
  readonly config: Config
  readonly settings: ServerSettings & { readonly stateFile: string }
}

/** What holdall.yaml says of the server, and where its state is: the flag counts before the file. @throws CONFIG_INVALID */
export async function serverConfig(host: CliHost, path: string | undefined, state: string | undefined): Promise<ServerConfig> {
  const config = await loadConfig({ path, cwd: host.cwd, env: { ...host.env } })
  if (config.server.kind === 'unusable') throw new HoldallError('CONFIG_INVALID', { message: config.server.problem })
  const { settings } = config.server
  const given = state === undefined ? null : resolve(host.cwd, state)
  return { config, settings: { ...settings, stateFile: given ?? settings.stateFile ?? defaultStateFile(host.env) } }
}
