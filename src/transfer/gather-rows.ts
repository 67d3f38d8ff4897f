import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import type { Snapshot } from '../stores/store.js'
import { descend } from './descend.js'
import { followKeys } from './follow-keys.js'
import { keyStore } from './key-store.js'
import type { OwnRows } from './own-rows.js'
import type { ReferenceGraph } from './reference-graph.js'
import { factsReader, joinKey, shortKey, type FactsReader, type RowFacts } from './row-facts.js'
import { rowSpool } from './row-spool.js'
import { takenRows } from './taken-rows.js'
import type { Tracker } from './track-rows.js'
import { wantedKeys } from './wanted-keys.js'

export interface GatherProps {
  readonly snapshot: Snapshot
  readonly graph: ReferenceGraph
  /** Tables whose rows may come, in dependency order. */
  readonly tables: readonly Table[]
  readonly own: (table: Table) => OwnRows
  /** Tables of which the rows come along that refer to a row chosen; null: only what is referred to comes. */
  readonly downwards: ReadonlySet<string> | null
  readonly tracker: Tracker
}

/** Rows that come beside a table's own. */
export interface GatheredRows {
  count(table: string): number
  /** How many of them came because they are referred to. */
  closure(table: string): number
  rows(table: string): AsyncIterable<RowBatch>
  close(): Promise<void>
}

/**
 * Finds all that a table's own rows need: with `downwards` first the rows that refer to them, and so on; then the rows
 * that any of these refer to, and so on. Own rows are not among what it gives, and every row is given once.
 */
export async function gatherRows({ snapshot, graph, tables, own, downwards, tracker }: GatherProps): Promise<GatheredRows> {
  const open = new Set(tables.map(({ id }) => id))
  const whole = (table: Table): boolean => own(table).kind === 'all'
  const upwards = graph.references.filter(({ table, to }) => open.has(table.id) && open.has(to.table.id) && !whole(to.table))
  const keySets = [...new Set(upwards.map(({ to }) => to))]
  const readers = new Map<string, FactsReader>()
  const reader = (table: Table): FactsReader => {
    const made = readers.get(table.id) ?? factsReader({ table, references: upwards.filter((reference) => reference.table === table), keySets: graph.keySetsOf(table) })
    readers.set(table.id, made)
    return made
  }
  const taken = takenRows(tables)
  const known = keyStore()
  const wanted = wantedKeys()
  const spool = rowSpool()
  const closure = new Map<string, number>()

  /** True for a row that was not taken before. What it refers to is wanted then. */
  const take = (table: Table, row: RowFacts): boolean => {
    if (!taken.take(table, row)) return false
    for (const { keySet, key } of row.keys) known.add(keySet.id, shortKey(joinKey(key)))
    want(row)
    return true
  }
  const want = (row: RowFacts): void => {
    for (const { reference, key } of row.referred) if (!known.has(reference.to.id, shortKey(joinKey(key)))) wanted.add(reference.to.id, key)
  }

  const gathered: GatheredRows = {
    count: (table) => spool.count(table),
    closure: (table) => closure.get(table) ?? 0,
    rows: (table) => spool.rows(table),
    close: async () => {
      known.close()
      taken.close()
      wanted.close()
      await spool.close()
    },
  }
  try {
    const chosen = downwards === null ? null : descend({ snapshot, graph, tables: tables.filter(({ id }) => downwards.has(id)), tracker, reader, taken, take, spool })
    for (const table of tables) {
      const rows = own(table)
      const needed = !whole(table) || graph.from(table).some((reference) => upwards.includes(reference))
      if (rows.kind === 'none' || !needed) continue
      taken.begin()
      const { narrow } = reader(table)
      const read = reader(table).read(narrow)
      const filter = rows.kind === 'some' ? rows.filter : undefined
      for await (const { bytes } of tracker.rows('select', table.id, null, snapshot.rows(narrow, filter))) {
        for (const row of read(bytes)) {
          // Nobody looks for a row of a table that is taken whole.
          if (whole(table)) want(row)
          else take(table, row)
          chosen?.choose(row)
        }
      }
    }
    await chosen?.finish()
    await followKeys({
      snapshot,
      wanted,
      keySets,
      known: (keySet, key) => known.has(keySet.id, key),
      reading: (table) => ({ read: table, facts: reader(table) }),
      take: async (row, table) => {
        if (!take(table, row)) return
        closure.set(table.id, (closure.get(table.id) ?? 0) + 1)
        await spool.add(table.id, row.line)
      },
      onStatement: (table) => {
        taken.begin()
        tracker.step('select', table.id)
      },
    })
    return gathered
  } catch (error) {
    await gathered.close()
    throw error
  }
}
