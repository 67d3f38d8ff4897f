/** A Holdall server, as its clients know it. */
export interface RemoteServer {
  /** With a path that ends in `/`; without user or password. */
  readonly url: URL
  /** An API key or a token; null where none is needed. */
  readonly token: string | null
  /** One of its stores; null: its default. */
  readonly store: string | null
  /** Milliseconds without a byte, in either direction, after which a transfer is given up. */
  readonly idle: number
}

export const DEFAULT_IDLE = 60_000
