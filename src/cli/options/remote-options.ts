import { valueOption } from './option.js'
import { parseWait } from './parse-duration.js'

const text = (value: string): string => value

export const SERVER = valueOption({ name: 'server', value: 'SERVER', means: 'instead of --store: a Holdall server, by its address or a name under servers in holdall.yaml', parse: text })

/** Where the work is done, when that is not here. */
export const REMOTE_OPTIONS = Object.freeze({
  server: SERVER,
  serverStore: valueOption({ name: 'server-store', value: 'NAME', means: 'which of its stores', otherwise: "the server's default", parse: text }),
  tokenEnv: valueOption({ name: 'token-env', value: 'VARIABLE', means: 'the name of the environment variable that holds the key or token for the server', otherwise: 'tokenEnv of the server in holdall.yaml, else none is sent', parse: text }),
  idleTimeout: valueOption({ name: 'idle-timeout', value: 'DURATION', means: 'how long a transfer from or to a server may stand still', otherwise: '1m', parse: parseWait }),
})
