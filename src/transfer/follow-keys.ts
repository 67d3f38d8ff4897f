import { MOST_KEY_CELLS, type Snapshot } from '../stores/store.js'
import type { Table } from '../schema/schema.js'
import type { KeySet } from './reference-graph.js'
import { joinKey, shortKey, type FactsReader, type RowFacts } from './row-facts.js'
import type { WantedKeys } from './wanted-keys.js'

export interface FollowProps {
  readonly snapshot: Snapshot
  readonly wanted: WantedKeys
  readonly keySets: readonly KeySet[]
  /** True: a row with that key is known already. By `shortKey`. */
  readonly known: (keySet: KeySet, key: string) => boolean
  /** What of a table's rows is read: `read`'s columns, and facts of them. */
  readonly reading: (table: Table) => { readonly read: Table; readonly facts: FactsReader }
  /** Each row that a statement gives; the same row may come by several keys. May want more keys. */
  readonly take: (row: RowFacts, table: Table, read: Table) => Promise<void>
  /** Called before each statement. */
  readonly onStatement: (table: Table) => void
  /** True: that a table cannot be read is no failure; nothing more is asked of it. */
  readonly onUnreadable?: (table: Table, error: unknown) => boolean
}

/** Reads the rows that wanted keys lead to, until no key is left that was not asked for. */
export async function followKeys({ snapshot, wanted, keySets, known, reading, take, onStatement, onUnreadable = () => false }: FollowProps): Promise<void> {
  const asked = new Map<KeySet, number>()
  const unreadable = new Set<Table>()
  for (let progress = true; progress; ) {
    progress = false
    for (const keySet of keySets) {
      const { table, columns } = keySet
      for (;;) {
        const keys = wanted.after(keySet.id, asked.get(keySet) ?? 0, Math.max(1, Math.floor(MOST_KEY_CELLS / columns.length)))
        const last = keys.at(-1)
        if (last === undefined) break
        progress = true
        asked.set(keySet, last.seq)
        const values = keys.filter(({ cells }) => !known(keySet, shortKey(joinKey(cells)))).map(({ cells }) => cells)
        if (values.length === 0 || unreadable.has(table)) continue
        onStatement(table)
        const { read, facts } = reading(table)
        const rows = facts.read(read)
        try {
          for await (const { bytes } of snapshot.rows(read, { keys: { columns: columns.map(({ name }) => name), values } })) {
            for (const row of rows(bytes)) await take(row, table, read)
          }
        } catch (error) {
          if (!onUnreadable(table, error)) throw error
          unreadable.add(table)
        }
      }
    }
  }
}
