import { CATALOGUE, type ErrorCode } from './catalogue.js'

/** Where a failure happened, as far as it is known. Every field is printed; none may hold a secret. */
export interface Place {
  readonly store?: string
  readonly archive?: string
  readonly member?: string
  readonly table?: string
  readonly column?: string
  /** 1-based position of the row in what was being read. */
  readonly row?: number
  /** The row's key, ready to print: `id=5` or `order_id=5, line=2`. */
  readonly key?: string
}

export interface HoldallErrorProps extends Place {
  /** What happened, one sentence without the place. */
  readonly message: string
  /** Replaces the catalogue's general hint by one for this very case. */
  readonly hint?: string
  readonly cause?: unknown
  /** More findings of the same kind, each one line. */
  readonly details?: readonly string[]
}

/**
 * The only error a caller of Holdall meets. `code` is stable and listed in docs/ERRORS.md; `exitCode` and
 * `status` (HTTP) follow from it.
 */
export class HoldallError extends Error {
  override readonly name = 'HoldallError'
  readonly code: ErrorCode
  readonly hint: string
  readonly exitCode: number
  readonly status: number
  readonly place: Place
  readonly details: readonly string[]

  constructor(code: ErrorCode, props: HoldallErrorProps) {
    super(props.message, props.cause === undefined ? undefined : { cause: props.cause })
    const entry = CATALOGUE[code]
    this.code = code
    this.hint = props.hint ?? entry.hint
    this.exitCode = entry.exitCode
    this.status = entry.status
    const { message: _message, hint: _hint, cause: _cause, details, ...place } = props
    this.place = Object.freeze(place)
    this.details = Object.freeze([...(details ?? [])])
  }

  static is(error: unknown): error is HoldallError {
    return error instanceof HoldallError
  }
}

/** One line for the place of a failure: `table users, row 12 (id=12), column email`. Empty when nothing is known. */
export function describePlace(place: Place): string {
  const parts: string[] = []
  if (place.store !== undefined) parts.push(`store ${place.store}`)
  if (place.archive !== undefined) parts.push(`archive ${place.archive}`)
  if (place.member !== undefined) parts.push(`member ${place.member}`)
  if (place.table !== undefined) parts.push(`table ${place.table}`)
  if (place.row !== undefined) parts.push(place.key === undefined ? `row ${place.row}` : `row ${place.row} (${place.key})`)
  else if (place.key !== undefined) parts.push(`row ${place.key}`)
  if (place.column !== undefined) parts.push(`column ${place.column}`)
  return parts.join(', ')
}
