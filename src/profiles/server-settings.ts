/** How the server works: `server:` of holdall.yaml, and what flags put in its place. Frozen plain data. */
export interface ServerSettings {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Name of the store that is meant where a request names none; null: the only one. */
  readonly store: string | null
  /** Holdall's own SQLite file; null: where it usually is. */
  readonly stateFile: string | null
  readonly auth: AuthSettings
  /** Addresses or networks of proxies whose X-Forwarded-For says who asks; without them all who come by a proxy are one address. */
  readonly trustedProxies: readonly string[]
  readonly limits: ServerLimits
  /** What becomes of an import into a store that another import is at work in. */
  readonly imports: 'queue' | 'refuse'
  /** Milliseconds. */
  readonly timeouts: ServerTimeouts
  /** Milliseconds between signs of life in a stream of events. */
  readonly heartbeat: number
}

export interface AuthSettings {
  /** Null: only where others than this machine can reach the server. */
  readonly enabled: boolean | null
  readonly jwt: JwtSettings | null
}

export interface JwtSettings {
  readonly key: { readonly algorithm: 'HS256'; readonly secret: string } | { readonly algorithm: 'RS256'; readonly publicKeyFile: string }
  /** Null: any. */
  readonly issuer: string | null
  readonly audience: string | null
  /** The claim that holds the role. */
  readonly roleClaim: string
}

export interface ServerLimits {
  readonly importBytes: number
  /** Of one user. */
  readonly exportsPerHour: number
  readonly importsPerHour: number
  /** Of one address. */
  readonly failedLoginsPerMinute: number
  /** Imports that may wait for one store. */
  readonly queuedImports: number
}

export interface ServerTimeouts {
  /** Until all headers of a request are there. */
  readonly headers: number
  /** Between two pieces of a body. */
  readonly idle: number
  /** Until a whole request is there. */
  readonly request: number
  /** What running jobs are given when the server stops. */
  readonly stop: number
}

export const DEFAULT_SERVER: ServerSettings = Object.freeze({
  host: '127.0.0.1',
  port: 8080,
  store: null,
  stateFile: null,
  auth: Object.freeze({ enabled: null, jwt: null }),
  trustedProxies: Object.freeze([]),
  limits: Object.freeze({ importBytes: 50 * 1024 * 1024, exportsPerHour: 5, importsPerHour: 20, failedLoginsPerMinute: 10, queuedImports: 16 }),
  imports: 'queue',
  timeouts: Object.freeze({ headers: 10_000, idle: 30_000, request: 600_000, stop: 30_000 }),
  heartbeat: 15_000,
})
