import type { MergeState } from './merge-state.js'

/** What was found to be the same everywhere is looked at again, now that it is known which rows stay. */
export function reviewKeys({ keyMaps }: MergeState, id: string): void {
  for (const [name, map] of [...keyMaps]) if (map === null && (JSON.parse(name) as [string])[0] === id) keyMaps.delete(name)
}

/** Drops the maps of tables whose rows have got other keys since. */
export function forgetKeys({ idMaps, keyMaps }: MergeState, ids: ReadonlySet<string>): void {
  for (const id of ids) idMaps.delete(id)
  for (const name of [...keyMaps.keys()]) if (ids.has((JSON.parse(name) as [string])[0])) keyMaps.delete(name)
}
