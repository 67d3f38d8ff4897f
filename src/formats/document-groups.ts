import { matchGlob } from '../schema/match-glob.js'
import { OTHER_GROUP, type DocumentGroup } from './json-document.js'

/**
 * Lays tables out in groups: groups in the order given, tables in the order of the group's names and patterns. A table in
 * several groups stands in the first, a table in none in `other` at the end. A group without tables is left out.
 * Null when there are no groups at all.
 */
export function documentGroups(groups: Readonly<Record<string, readonly string[]>>, tables: readonly string[]): readonly DocumentGroup[] | null {
  if (Object.keys(groups).length === 0) return null
  const waiting = new Set(tables)
  const laidOut: { name: string; tables: string[] }[] = []
  for (const [name, patterns] of Object.entries(groups)) {
    const taken: string[] = []
    for (const pattern of patterns) {
      for (const table of waiting) {
        if (pattern !== table && !matchGlob(pattern, table)) continue
        taken.push(table)
        waiting.delete(table)
      }
    }
    if (taken.length > 0) laidOut.push({ name, tables: taken })
  }
  if (waiting.size > 0) {
    const other = laidOut.find((group) => group.name === OTHER_GROUP)
    if (other === undefined) laidOut.push({ name: OTHER_GROUP, tables: [...waiting] })
    else other.tables.push(...waiting)
  }
  return Object.freeze(laidOut.map((group) => Object.freeze(group)))
}
