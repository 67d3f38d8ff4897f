import { CONFLICTS_VERSION, isConflictsHeader } from './conflicts-header.js'
import { resolutionsError } from './resolutions-error.js'

/** The store that a resolutions file names, after its first line was found to be about this archive. @throws RESOLUTIONS_INVALID */
export function resolutionsHeader(value: unknown, path: string, line: number, exportId: string): string {
  if (!isConflictsHeader(value)) {
    throw resolutionsError(path, line, 'this is no conflicts file: its first line does not say so', 'Write one with --conflicts FILE, fill in its resolutions, and pass it with --resolutions.')
  }
  if (value.version > CONFLICTS_VERSION) throw resolutionsError(path, line, `it has version ${value.version}, and this Holdall reads up to ${CONFLICTS_VERSION}`, 'Use a newer Holdall.')
  if (value.export_id !== exportId) {
    throw resolutionsError(path, line, `it is about the archive ${value.export_id}, and this one is ${exportId}`, 'Pass the archive that the conflicts were found with, or find them anew with --conflicts.')
  }
  return value.store
}
