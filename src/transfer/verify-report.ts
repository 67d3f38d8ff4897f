import type { ErrorCode } from '../errors/catalogue.js'
import type { Place } from '../errors/holdall-error.js'

export interface VerifyFinding {
  readonly code: ErrorCode
  readonly message: string
  readonly place: Place
}

export interface VerifyReport {
  readonly ok: boolean
  readonly findings: readonly VerifyFinding[]
  /** Not faults, but worth knowing. */
  readonly notes: readonly string[]
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  readonly members: number
  readonly bytes: number
  readonly seconds: number
}
