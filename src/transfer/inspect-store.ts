import { dependencyOrder } from '../schema/dependency-order.js'
import { findCycles } from '../schema/cycles.js'
import { openStore } from '../stores/open-store.js'
import { checkOptions } from '../errors/check-options.js'
import { INSPECT_STORE_SHAPE } from './option-shapes.js'
import type { StoreSummary } from './summaries.js'

export interface InspectStoreOptions {
  readonly store: string
  readonly signal?: AbortSignal | undefined
}

/** Tells what a store holds: tables in dependency order with their rows, keys, references, and how each cycle will be broken. @throws STORE_*, USAGE */
export async function inspectStore(options: InspectStoreOptions): Promise<StoreSummary> {
  checkOptions('inspectStore', options, INSPECT_STORE_SHAPE)
  const store = openStore(options.store)
  try {
    const snapshot = await store.snapshot({ signal: options.signal })
    try {
      const ordered = dependencyOrder(snapshot.schema.tables).flat()
      const schema = { ...snapshot.schema, tables: ordered }
      const tables: { table: string; rows: number; estimated: boolean }[] = []
      for (const table of ordered) {
        tables.push({ table: table.id, rows: await snapshot.count(table, undefined, true), estimated: schema.engine === 'postgresql' })
      }
      return { store: store.name, engine: schema.engine, engineVersion: schema.engineVersion, tables, cycles: findCycles(schema), schema }
    } finally {
      await snapshot.close()
    }
  } finally {
    await store.close()
  }
}
