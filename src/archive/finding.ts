import type { ErrorCode } from '../errors/catalogue.js'

/** One thing that is wrong with an archive. */
export interface Finding {
  readonly code: ErrorCode
  /** Path of the member, where it is known. */
  readonly member: string | null
  /** Byte position in the file, where it is known. */
  readonly offset: number | null
  readonly message: string
}

export function corrupt(member: string | null, offset: number | null, message: string): Finding {
  return Object.freeze({ code: 'ARCHIVE_CORRUPT', member, offset, message })
}
