import type { Sql } from '../sql.js'
import { lookUpKeys } from './key-texts.js'
import type { MergeState } from './merge-state.js'

/** What the keys of one reference become, learned as they come by. */
export interface KeyNames {
  learn(keys: ReadonlySet<string>): Promise<void>
  /** Of a key that was learned: its name, or null for one that leads nowhere. */
  nameOf(key: string): string | null
}

/** Names held in memory: a few megabytes. */
const MOST = 100_000

/**
 * `map`: by the texts of keys; null where they mean the same everywhere. `known`: keys that are in this one lead somewhere; null:
 * every key does, as far as anybody looks.
 */
export function keyNames(state: MergeState, { map, known }: { readonly map: Sql | null; readonly known: Sql | null }): KeyNames {
  const names = new Map<string, string | null>()
  return {
    learn: async (keys) => {
      if (names.size > MOST) names.clear()
      const fresh = [...keys].filter((key) => !names.has(key))
      const renamed = map === null ? new Map<string, string>() : await lookUpKeys(state, map, fresh)
      const there = known === null ? null : known === map ? renamed : await lookUpKeys(state, known, fresh)
      for (const key of fresh) names.set(key, renamed.get(key) ?? (there === null || there.has(key) ? key : null))
    },
    nameOf: (key) => names.get(key) ?? null,
  }
}
