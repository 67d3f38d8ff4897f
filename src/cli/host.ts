import type { Readable, Writable } from 'node:stream'

/** All that the command takes from its surroundings, so that it runs in a test as it runs in a process. */
export interface CliHost {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined }
  readonly stdout: TerminalLike
  readonly stderr: TerminalLike
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Aborted by a signal; the reason is an `Interruption`. */
  readonly signal: AbortSignal
}

/** A stream that may be a terminal. */
export type TerminalLike = Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined }
