import { entryOf, type Profile } from '../profiles/profile.js'
import { matchGlob } from '../schema/match-glob.js'
import type { TableChoice } from './select-tables.js'

/** Whether --include and --exclude leave a table of that name, be it known or not; `selectTables` refuses words that name nothing. */
export function takesTable({ include, exclude }: TableChoice, profile: Profile): (id: string) => boolean {
  const names = (words: readonly string[], id: string): boolean =>
    words.some((word) => (entryOf(profile.groups, word) ?? [word]).some((pattern) => pattern === id || matchGlob(pattern, id)))
  return (id) => (include === undefined || include.length === 0 || names(include, id)) && !names(exclude ?? [], id)
}
