import type { Drift } from '../schema/drift.js'

/** From so many on, columns of which the same is to be said share one sentence. */
const SHARED = 4

/** What was found, for people, in its order. */
export function driftNotes(found: readonly Drift[]): readonly string[] {
  const groups = new Map<string, Drift[]>()
  for (const one of found) groups.set(said(one), [...(groups.get(said(one)) ?? []), one])
  return [...groups.values()].flatMap((group) => (group.length < SHARED ? group.map(({ message }) => message) : [shared(group)]))
}

/** The sentence without its column; what begins otherwise is like nothing else. */
function said(one: Drift): string {
  const shown = `${one.table}.${one.column ?? ''} `
  return one.column !== null && one.message.startsWith(shown) ? one.message.slice(shown.length) : `\0${one.message}`
}

function shared(group: readonly Drift[]): string {
  const [first] = group
  return first === undefined ? '' : `${group.length} columns, such as ${first.table}.${first.column ?? ''}: each ${said(first)}`
}
