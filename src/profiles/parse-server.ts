import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import type { ConfiguredServer } from './config.js'
import type { ConfigDocument, ConfigNode } from './config-document.js'
import { expandVariables } from './expand-variables.js'
import { readDuration } from './read-duration.js'
import { DEFAULT_SERVER, type AuthSettings, type JwtSettings, type ServerLimits, type ServerSettings, type ServerTimeouts } from './server-settings.js'

/** HS256 signs with no key shorter than its hash (RFC 7518, 3.2). */
const SHORTEST_SECRET = 32

interface Reader {
  readonly document: ConfigDocument
  readonly file: string
  readonly env: NodeJS.ProcessEnv
}

class UnsetVariable extends Error {}

/** Reads `server:` of holdall.yaml. @throws CONFIG_INVALID with file, line and column */
export function parseServer(document: ConfigDocument, node: ConfigNode, file: string, env: NodeJS.ProcessEnv): ConfiguredServer {
  try {
    return Object.freeze({ kind: 'ready', settings: parseSettings({ document, file, env }, node) })
  } catch (error) {
    if (error instanceof UnsetVariable) return Object.freeze({ kind: 'unusable', problem: error.message })
    throw error
  }
}

function parseSettings(reader: Reader, node: ConfigNode): ServerSettings {
  const { document } = reader
  const keys = ['host', 'port', 'store', 'stateFile', 'auth', 'trustedProxies', 'limits', 'imports', 'timeouts', 'heartbeat'] as const
  const { host, port, store, stateFile, auth, trustedProxies, limits, imports, timeouts, heartbeat } = document.known(node, 'server', keys)
  return Object.freeze({
    host: text(reader, host, 'host of server') ?? DEFAULT_SERVER.host,
    port: whole(reader, port, 'port of server', 0, 65_535) ?? DEFAULT_SERVER.port,
    store: text(reader, store, 'store of server'),
    stateFile: path(reader, stateFile, 'stateFile of server'),
    auth: parseAuth(reader, auth ?? null),
    trustedProxies: parseProxies(document, trustedProxies ?? null),
    limits: parseLimits(reader, limits ?? null),
    imports: choice(reader, imports, 'imports of server', ['queue', 'refuse']) ?? DEFAULT_SERVER.imports,
    timeouts: parseTimeouts(reader, timeouts ?? null),
    heartbeat: duration(reader, heartbeat, 'heartbeat of server') ?? DEFAULT_SERVER.heartbeat,
  })
}

function parseProxies(document: ConfigDocument, node: ConfigNode): readonly string[] {
  const what = 'trustedProxies of server'
  const networks = document.items(node, what).map((item) => {
    const network = document.text(item, `an entry of ${what}`)
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network) ?? []
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
    if (Number(bits ?? 0) > most) throw document.fault(item, `${what}: ${network} is neither an address nor a network such as 10.0.0.0/8`)
    return network
  })
  return Object.freeze(networks)
}

function parseAuth(reader: Reader, node: ConfigNode): AuthSettings {
  const { enabled, jwt } = reader.document.known(node, 'auth of server', ['enabled', 'jwt'])
  const value = reader.document.optional(enabled)
  return Object.freeze({ enabled: value === null ? null : reader.document.yesOrNo(value, 'enabled of auth'), jwt: parseJwt(reader, jwt ?? null) })
}

function parseJwt(reader: Reader, node: ConfigNode): JwtSettings | null {
  const { document } = reader
  if (document.optional(node) === null) return null
  const { algorithm, secret, publicKeyFile, issuer, audience, roleClaim } = document.known(node, 'jwt', ['algorithm', 'secret', 'publicKeyFile', 'issuer', 'audience', 'roleClaim'])
  return Object.freeze({
    key: parseKey(reader, node, { algorithm, secret, publicKeyFile }),
    issuer: text(reader, issuer, 'issuer of jwt'),
    audience: text(reader, audience, 'audience of jwt'),
    roleClaim: text(reader, roleClaim, 'roleClaim of jwt') ?? 'role',
  })
}

/** Only the key of the one algorithm may be there: a public key that were taken for a secret would let everybody sign. */
function parseKey(reader: Reader, jwt: ConfigNode, nodes: Partial<Record<'algorithm' | 'secret' | 'publicKeyFile', ConfigNode | undefined>>): JwtSettings['key'] {
  const { document } = reader
  const algorithm = choice(reader, nodes.algorithm, 'algorithm of jwt', ['HS256', 'RS256'])
  const secret = text(reader, nodes.secret, 'secret of jwt')
  const publicKeyFile = path(reader, nodes.publicKeyFile, 'publicKeyFile of jwt')
  if (algorithm === null) throw document.fault(jwt, 'jwt names no algorithm', 'Write algorithm: HS256 with a secret, or RS256 with a publicKeyFile.')
  if (algorithm === 'RS256') {
    if (publicKeyFile === null || secret !== null) throw document.fault(jwt, 'RS256 needs a publicKeyFile, and no secret')
    return Object.freeze({ algorithm, publicKeyFile })
  }
  if (secret === null || publicKeyFile !== null) throw document.fault(jwt, 'HS256 needs a secret, and no publicKeyFile')
  if (Buffer.byteLength(secret) < SHORTEST_SECRET) throw document.fault(nodes.secret ?? jwt, `the secret of jwt is shorter than ${SHORTEST_SECRET} bytes`)
  return Object.freeze({ algorithm, secret })
}

function parseLimits(reader: Reader, node: ConfigNode): ServerLimits {
  const { importBytes, ...counts } = reader.document.known(node, 'limits of server', ['importBytes', 'exportsPerHour', 'importsPerHour', 'failedLoginsPerMinute', 'queuedImports'])
  const count = (name: keyof typeof counts, low = 1): number => whole(reader, counts[name], `${name} of limits`, low, 1_000_000) ?? DEFAULT_SERVER.limits[name]
  return Object.freeze({
    importBytes: size(reader, importBytes, 'importBytes of limits') ?? DEFAULT_SERVER.limits.importBytes,
    exportsPerHour: count('exportsPerHour'),
    importsPerHour: count('importsPerHour'),
    failedLoginsPerMinute: count('failedLoginsPerMinute'),
    queuedImports: count('queuedImports', 0),
  })
}

function parseTimeouts(reader: Reader, node: ConfigNode): ServerTimeouts {
  const times = reader.document.known(node, 'timeouts of server', ['headers', 'idle', 'request', 'stop'])
  const time = (name: keyof ServerTimeouts): number => duration(reader, times[name], `${name} of timeouts`) ?? DEFAULT_SERVER.timeouts[name]
  return Object.freeze({ headers: time('headers'), idle: time('idle'), request: time('request'), stop: time('stop') })
}

/** A text with variables put in; null where it is left out. */
function text({ document, env }: Reader, node: ConfigNode | undefined, what: string): string | null {
  const value = document.optional(node)
  if (value === null) return null
  const expansion = expandVariables(document.text(value, what), env)
  if (expansion.kind === 'unset') throw new UnsetVariable(`${document.where(value)}: ${what} needs the environment variable ${expansion.variable}, which is not set`)
  if (expansion.kind === 'malformed') throw document.fault(value, `${what} has a \${ that is no variable`, 'Write ${NAME}, ${NAME:-default}, or $$ for a dollar sign.')
  if (expansion.text.trim() === '') throw document.fault(value, `${what} is empty`)
  return expansion.text
}

function path(reader: Reader, node: ConfigNode | undefined, what: string): string | null {
  const written = text(reader, node, what)
  return written === null ? null : resolve(dirname(reader.file), written)
}

function whole(reader: Reader, node: ConfigNode | undefined, what: string, low: number, high: number): number | null {
  const written = text(reader, node, what)
  if (written === null) return null
  const value = /^\d{1,15}$/.test(written) ? Number(written) : Number.NaN
  if (!(value >= low && value <= high)) throw reader.document.fault(node ?? null, `${what} is not a whole number from ${low} to ${high}`)
  return value
}

function size(reader: Reader, node: ConfigNode | undefined, what: string): number | null {
  const written = text(reader, node, what)
  if (written === null) return null
  const [, digits = '', unit = ''] = /^(\d{1,12}) ?(KiB|MiB|GiB|kB|MB|GB|B)?$/.exec(written) ?? []
  const factors: Readonly<Record<string, number>> = { '': 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }
  const bytes = digits === '' ? 0 : Number(digits) * (factors[unit] ?? 1)
  if (bytes < 1 || !Number.isSafeInteger(bytes)) throw reader.document.fault(node ?? null, `${what} is not a size such as 50MB or 1GiB`)
  return bytes
}

function duration(reader: Reader, node: ConfigNode | undefined, what: string): number | null {
  const written = text(reader, node, what)
  if (written === null) return null
  const milliseconds = readDuration(written)
  // What a timer of Node holds.
  if (milliseconds === null || milliseconds < 1 || milliseconds > 0x7fffffff) throw reader.document.fault(node ?? null, `${what} is not a duration such as 500ms, 10s or 2m`)
  return milliseconds
}

function choice<const T extends string>(reader: Reader, node: ConfigNode | undefined, what: string, choices: readonly T[]): T | null {
  const written = text(reader, node, what)
  const chosen = choices.find((each) => each === written)
  if (written !== null && chosen === undefined) throw reader.document.fault(node ?? null, `${what} is none of ${choices.join(', ')}`)
  return chosen ?? null
}
