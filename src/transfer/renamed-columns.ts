import { entryOf, type Profile } from '../profiles/profile.js'
import type { Schema, Table } from '../schema/schema.js'

/** The archive's table with the names that the target has for its columns, where the profile knows two. A table made from the archive has the archive's own. */
export function renamedColumns(source: Table, target: Table, { from, target: into, profile }: { readonly from: Schema; readonly target: Schema; readonly profile: Profile }): Table {
  const pairs = from.engine === into.engine ? [] : (entryOf(profile.columnsBetween, target.id) ?? [])
  const there = pairs.filter((pair) => target.columns.some(({ name }) => name === pair[into.engine]))
  const names = new Map(there.map((pair) => [pair[from.engine], pair[into.engine]]))
  if (names.size === 0) return source
  return { ...source, columns: source.columns.map((column) => ({ ...column, name: names.get(column.name) ?? column.name })) }
}
