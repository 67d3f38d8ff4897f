import { HoldallError } from '../errors/holdall-error.js'

/** Where in an archive something is read, for messages. */
export interface MemberPlace {
  /** Path of the archive. */
  readonly archive: string
  /** Path of the member inside, when it is known. */
  readonly member: string | null
  /** Byte position in the file. */
  readonly offset: number
}

type Flaw = 'ARCHIVE_CORRUPT' | 'ARCHIVE_HOSTILE' | 'ARCHIVE_TRUNCATED' | 'ARCHIVE_NEWER'

/** The error for a flaw of the member at a place. */
export function memberError(code: Flaw, place: MemberPlace, message: string, cause?: unknown): HoldallError {
  return new HoldallError(code, {
    message: `${message} (at byte ${place.offset})`,
    archive: place.archive,
    ...(place.member === null ? {} : { member: place.member }),
    ...(cause === undefined ? {} : { cause }),
  })
}
