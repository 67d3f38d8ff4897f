import type { MergeMatch, MergeSchema, MergeState } from './merge-schema.js'
import { cell, differing, matchRows, nodesOf, type Matches, type NameOf, type Node, type Nodes } from './match-rows.js'

export type Merged =
  | { readonly class: 'new' | 'unchanged' | 'conflicting' }
  /** `ours`: false where the row was deleted here and stays so. */
  | { readonly class: 'kept'; readonly there: boolean }
  /** Columns taken from the archive; the others stay. */
  | { readonly class: 'changed'; readonly taken: ReadonlySet<string> }

export interface ThreeWay {
  of(row: Node, ours: Node | null): Merged
  /** What becomes of a row of the target that the archive does not hold. */
  lost(ours: Node): 'stays' | 'deleted' | 'conflicting'
}

/** What each side made of what both descend from. */
export function threeWay(schema: MergeSchema, base: MergeState, sides: { here: Nodes; there: Nodes; matches: Matches }, match: MergeMatch): ThreeWay {
  const before = nodesOf(schema, base, 'base')
  const toTheirs = matchRows(schema, before, sides.here, match)
  const toOurs = matchRows(schema, before, sides.there, match)
  const nameOf: NameOf = (node) => (sides.matches.found.get(node) ?? toOurs.found.get(node) ?? toTheirs.taken.get(node) ?? node).name
  const differ = (one: Node, other: Node): string[] => differing(one, other, nameOf, match)
  return {
    of: (row, ours) => {
      const old = toTheirs.taken.get(row)
      if (ours === null) {
        if (old === undefined) return { class: 'new' }
        return differ(row, old).length === 0 ? { class: 'kept', there: false } : { class: 'conflicting' }
      }
      const columns = differ(row, ours)
      if (columns.length === 0) return { class: 'unchanged' }
      const changed = (node: Node, column: string): boolean => old === undefined || cell(node, column, nameOf) !== cell(old, column, nameOf)
      if (columns.some((column) => changed(row, column) && changed(ours, column))) return { class: 'conflicting' }
      const taken = new Set(columns.filter((column) => changed(row, column)))
      return taken.size === 0 ? { class: 'kept', there: true } : { class: 'changed', taken }
    },
    lost: (ours) => {
      const old = toOurs.taken.get(ours)
      if (old === undefined) return 'stays'
      return differ(ours, old).length === 0 ? 'deleted' : 'conflicting'
    },
  }
}
