/** First line of a conflicts file and of a resolutions file, which is a conflicts file that somebody filled in. */
export interface ConflictsHeader {
  readonly holdall: 'conflicts'
  readonly version: number
  /** Of the archive whose rows are in conflict. */
  readonly export_id: string
  /** The target, for people. */
  readonly store: string
  readonly conflicts: number
}

export const CONFLICTS_VERSION = 1

/** Whether a line is the header of a conflicts file, of whatever version. */
export function isConflictsHeader(value: unknown): value is ConflictsHeader {
  if (typeof value !== 'object' || value === null) return false
  const { holdall, version, export_id: exportId, store } = value as Partial<Record<keyof ConflictsHeader, unknown>>
  return holdall === 'conflicts' && Number.isInteger(version) && typeof exportId === 'string' && typeof store === 'string'
}
