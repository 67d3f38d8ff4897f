import { present } from '../errors/present.js'
import { comparableKey } from '../rows/comparable-key.js'
import { translator } from '../rows/referred-keys.js'
import type { Column, Table } from '../schema/schema.js'
import { MOST_KEY_CELLS, type RowFilter, type Snapshot } from '../stores/store.js'
import { keyStore } from './key-store.js'
import type { GraphReference, KeySet, ReferenceGraph } from './reference-graph.js'
import { shortKey, type FactsReader, type RowFacts } from './row-facts.js'
import type { RowSpool } from './row-spool.js'
import type { TakenRows } from './taken-rows.js'
import type { Tracker } from './track-rows.js'
import { wantedKeys } from './wanted-keys.js'

export interface DescendProps {
  readonly snapshot: Snapshot
  readonly graph: ReferenceGraph
  /** Tables whose rows come along, in dependency order. */
  readonly tables: readonly Table[]
  readonly reader: (table: Table) => FactsReader
  readonly taken: TakenRows
  /** True for a row that was not taken before. */
  readonly take: (table: Table, row: RowFacts) => boolean
  readonly spool: RowSpool
  readonly tracker: Tracker
}

export interface Descent {
  /** A row whose dependents come along. */
  choose(row: RowFacts): void
  /** Finds the rows that refer to a row chosen, to one of these, and so on. Closes the descent. */
  finish(): Promise<void>
}

/** With more keys than these to look for, the table is read once instead. */
const MOST_STATEMENTS = 20

/** The rows that refer to rows chosen. */
export function descend({ snapshot, graph, tables, reader, taken, take, spool, tracker }: DescendProps): Descent {
  const among = new Set(tables)
  const references = graph.references.filter(({ table, to }) => among.has(table) && among.has(to.table))
  const leads = new Set(references.map(({ to }) => to))
  /** Keys of the rows chosen, in the order they were; and for finding them again, as databases compare them. */
  const keys = wantedKeys()
  const chosen = keyStore()
  const asked = new Map<GraphReference, number>()
  const waiting = (reference: GraphReference): boolean => keys.last(reference.to.id) > (asked.get(reference) ?? 0)

  const choose = ({ keys: own }: RowFacts): void => {
    for (const { keySet, key } of own) {
      if (!leads.has(keySet)) continue
      keys.add(keySet.id, key)
      chosen.add(keySet.id, comparable(keySet, key))
    }
  }

  const refersToChosen = (row: RowFacts): boolean => row.referred.some(({ reference, key }) => chosen.has(reference.to.id, comparable(reference.to, key)))

  const readRows = async (table: Table, filter: RowFilter | undefined, counts: (row: RowFacts) => boolean): Promise<void> => {
    taken.begin()
    const read = reader(table).read(table)
    for await (const { bytes } of snapshot.rows(table, filter)) {
      for (const row of read(bytes)) {
        if (!counts(row) || !take(table, row)) continue
        choose(row)
        await spool.add(table.id, row.line)
      }
    }
  }

  /** Rows that refer by one reference, found by the keys that were not looked for yet. */
  const search = async (reference: GraphReference): Promise<void> => {
    const { table, columns, to } = reference
    const parts = columns.map((column, index) => translator(present(to.columns[index]), column))
    for (;;) {
      const next = keys.after(to.id, asked.get(reference) ?? 0, Math.max(1, Math.floor(MOST_KEY_CELLS / columns.length)))
      const last = next.at(-1)
      if (last === undefined) return
      asked.set(reference, last.seq)
      const values = next.flatMap(({ cells }) => {
        const value = cells.flatMap((cell, index) => present(parts[index])(cell) ?? [])
        return value.length === columns.length ? [value] : []
      })
      await readRows(table, { keys: { columns: columns.map(({ name }) => name), values } }, (row) => reference.when === null || refersToChosen(row))
    }
  }

  /** Every row that refers by any reference to what is chosen by then. */
  const scan = async (table: Table, own: readonly GraphReference[]): Promise<void> => {
    // What the scan itself chooses may be referred to by rows it has passed.
    for (const reference of own) asked.set(reference, keys.last(reference.to.id))
    await readRows(table, undefined, refersToChosen)
  }

  return {
    choose,
    finish: async () => {
      try {
        for (let progress = true; progress; ) {
          progress = false
          for (const table of tables) {
            const own = references.filter((reference) => reference.table === table)
            if (!own.some(waiting)) continue
            progress = true
            tracker.step('select', table.id)
            const pending = own.reduce((sum, reference) => sum + (keys.last(reference.to.id) - (asked.get(reference) ?? 0)) * reference.columns.length, 0)
            if (own.every(isSearchable) && pending <= MOST_STATEMENTS * MOST_KEY_CELLS) {
              for (const reference of own) await search(reference)
            } else await scan(table, own)
          }
        }
      } finally {
        keys.close()
        chosen.close()
      }
    },
  }
}

/**
 * Whether the database finds by the columns that refer what it finds by the key: a foreign key is compared as the key's
 * columns are, with their collation, and not as its own.
 */
function isSearchable({ place, columns, to }: GraphReference): boolean {
  return place.kind === 'columns' && columns.every((column, index) => comparesAs(column) === comparesAs(to.columns[index]))
}

function comparesAs(column: Column | undefined): string {
  const insensitive = column !== undefined && /(?:^|\.)citext$/.test(column.type.declared)
  return `${column?.type.encoding.family ?? ''} ${column?.collation?.toUpperCase() ?? ''} ${insensitive}`
}

function comparable(keySet: KeySet, key: readonly string[]): string {
  return shortKey(comparableKey(key, keySet.columns) ?? '')
}
