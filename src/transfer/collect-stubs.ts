import { HoldallError } from '../errors/holdall-error.js'
import { present } from '../errors/present.js'
import { keyPrefixes } from '../rows/key-prefixes.js'
import { cellPicker } from '../rows/pick-cells.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { Snapshot } from '../stores/store.js'
import { followKeys } from './follow-keys.js'
import { keyStore } from './key-store.js'
import type { StubPlan, StubTable } from './plan-stubs.js'
import type { ReferenceGraph } from './reference-graph.js'
import { factsReader, joinKey, shortKey, type FactsReader } from './row-facts.js'
import { rowSpool } from './row-spool.js'
import type { Tracker } from './track-rows.js'
import { wantedKeys } from './wanted-keys.js'

export interface StubCollector {
  /** Passes the rows of an exported table through and keeps what they refer to. */
  watch(table: Table, batches: AsyncIterable<RowBatch>): AsyncIterable<RowBatch>
  /** After the rows of all tables: finds the rows referred to that were not among them. */
  gather(): Promise<void>
  count(table: string): number
  rows(table: string): AsyncIterable<RowBatch>
  /** Tables that are not exported and that the role may not read: there are no stubs of them. */
  unreadable(): readonly string[]
  close(): Promise<void>
}

export interface CollectProps {
  readonly snapshot: Snapshot
  readonly graph: ReferenceGraph
  readonly plan: StubPlan
  readonly tracker: Tracker
}

/** Makes the stubs of an export while its rows go by, in constant memory. A key that leads nowhere gives none. */
export function collectStubs({ snapshot, graph, plan, tracker }: CollectProps): StubCollector {
  const readings = new Map(plan.tables.map((stub) => [stub.table.id, stubReading(stub)]))
  /** Where the ids of a table's rows are kept: among its keys, if they are the same. */
  const numbers = new Map(plan.tables.map(({ table }, index) => [table.id, readings.get(table.id)?.facts.idKeys?.id ?? graph.keySets.length + index]))
  const stubTables = new Map(plan.tables.map((stub) => [stub.table.id, stub]))
  /** Of exported rows: their keys by key set, and their ids. */
  const exported = keyStore()
  const stubs = keyStore()
  const wanted = wantedKeys()
  const spool = rowSpool()
  const unreadable = new Set<string>()

  return {
    watch: (table, batches) => {
      const stub = stubTables.get(table.id)
      const references = plan.leaving(table)
      const number = stub?.coverage === 'some' ? (numbers.get(table.id) ?? null) : null
      if (references.length === 0 && number === null) return batches
      const read = factsReader({ table, references, keySets: number === null ? [] : (stub?.keySets ?? []) }).read(table)
      return (async function* () {
        for await (const batch of batches) {
          for (const row of read(batch.bytes)) {
            if (number !== null && number >= graph.keySets.length) exported.add(number, row.id)
            for (const { keySet, key } of row.keys) exported.add(keySet.id, shortKey(joinKey(key)))
            for (const { reference, key } of row.referred) {
              if (!exported.has(reference.to.id, shortKey(joinKey(key)))) wanted.add(reference.to.id, key)
            }
          }
          yield batch
        }
      })()
    },
    gather: async () => {
      await followKeys({
        snapshot,
        wanted,
        keySets: plan.tables.flatMap(({ keySets }) => keySets),
        known: (keySet, key) => exported.has(keySet.id, key),
        reading: ({ id }) => present(readings.get(id)),
        take: async (row, { id }) => {
          const number = present(numbers.get(id))
          if (exported.has(number, row.id) || stubs.has(number, row.id)) return
          stubs.add(number, row.id)
          await spool.add(id, present(readings.get(id)).line(row.line))
          for (const { reference, key } of row.referred) wanted.add(reference.to.id, key)
        },
        onStatement: ({ id }) => tracker.step('select', id),
        onUnreadable: ({ id }, error) => {
          if (!HoldallError.is(error) || error.code !== 'STORE_NOT_PERMITTED') return false
          unreadable.add(id)
          return true
        },
      })
    },
    count: (table) => spool.count(table),
    rows: (table) => spool.rows(table),
    unreadable: () => [...unreadable],
    close: async () => {
      exported.close()
      stubs.close()
      wanted.close()
      await spool.close()
    },
  }
}

interface StubReading {
  readonly read: Table
  readonly facts: FactsReader
  /** Of the columns read, those of the stub. */
  line(read: Buffer): Buffer
}

function stubReading({ table, columns, keySets, onward }: StubTable): StubReading {
  const facts = factsReader({ table, references: onward, keySets, columns })
  const names = storedColumns(facts.narrow).map(({ name }) => name)
  const prefixes = keyPrefixes(columns)
  const pick = cellPicker(names, columns)
  return {
    read: facts.narrow,
    facts,
    line: (read) => {
      if (names.length === columns.length) return read
      const cells = present(pick(read))
      return Buffer.from(`${prefixes.map((prefix, index) => `${prefix.toString('utf8')}${present(cells[index])}`).join('')}}`)
    },
  }
}
