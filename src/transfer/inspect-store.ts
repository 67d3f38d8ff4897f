import { refuseUnknownMatches } from '../profiles/check-matches.js'
import { refuseUnknownNames } from '../profiles/check-profile.js'
import { identifyTable, type Matches } from '../profiles/identify-table.js'
import { emptyProfile, entryOf, type Profile } from '../profiles/profile.js'
import { dependencyOrder } from '../schema/dependency-order.js'
import { findCycles } from '../schema/cycles.js'
import type { Table } from '../schema/schema.js'
import { openStore } from '../stores/open-store.js'
import { checkOptions } from '../errors/check-options.js'
import { INSPECT_STORE_SHAPE } from './option-shapes.js'
import type { StoreSummary } from './summaries.js'

export interface InspectStoreOptions {
  readonly store: string
  /** What it says of identities and references is checked against the store. */
  readonly profile?: Profile | undefined
  /** Table id to column lists by which its rows are the same rows in another database, in order; before what the profile says. */
  readonly match?: Matches | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Tells what a store holds: tables in dependency order with their rows, keys, references, by what their rows are recognised
 * elsewhere, and how each cycle will be broken.
 * @throws STORE_*, USAGE, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, CONFIG_INVALID
 */
export async function inspectStore(options: InspectStoreOptions): Promise<StoreSummary> {
  checkOptions('inspectStore', options, INSPECT_STORE_SHAPE)
  const store = openStore(options.store)
  try {
    const snapshot = await store.snapshot({ signal: options.signal })
    try {
      const ordered = dependencyOrder(snapshot.schema.tables).flat()
      const schema = { ...snapshot.schema, tables: ordered }
      const { profile = emptyProfile, match = {} } = options
      refuseUnknownNames(schema, profile)
      refuseUnknownMatches(schema, match)
      const tables: { table: string; rows: number; estimated: boolean }[] = []
      for (const table of ordered) {
        tables.push({ table: table.id, rows: await snapshot.count(table, undefined, true), estimated: schema.engine === 'postgresql' })
      }
      return {
        store: store.name,
        engine: schema.engine,
        engineVersion: schema.engineVersion,
        tables,
        cycles: findCycles(schema),
        identities: ordered.map((table) => ({ table: table.id, ...identifyTable(table, profile, match) })),
        declaredReferences: declaredReferences(ordered, profile),
        schema,
      }
    } finally {
      await snapshot.close()
    }
  } finally {
    await store.close()
  }
}

function declaredReferences(tables: readonly Table[], profile: Profile): StoreSummary['declaredReferences'] {
  const keys = new Map(tables.map(({ id, primaryKey }) => [id, primaryKey?.columns ?? []]))
  return tables.flatMap(({ id }) =>
    (entryOf(profile.references, id) ?? []).map(({ columns, table: target, targetColumns, place, when }) => {
      return { table: id, columns, target, targetColumns: targetColumns.length > 0 ? targetColumns : (keys.get(target) ?? []), place, when }
    }),
  )
}
