import { existsSync } from 'node:fs'
import { HoldallError } from '../../../errors/holdall-error.js'
import { throwIfInterrupted } from '../../../errors/interrupted.js'
import { openStore } from '../../../stores/open-store.js'
import type { Store } from '../../../stores/store.js'
import { LOOM_TABLES, loomCounts } from './loom-counts.js'
import type { LoomScene, RowsOfTables } from './loom-row.js'
import type { LoomWriter } from './loom-writer.js'
import { openPostgresqlWriter } from './postgresql-writer.js'
import { SAMPLE_ROWS_OF } from './sample-rows.js'
import { openSqliteWriter } from './sqlite-writer.js'
import { STARTED_ROWS_OF } from './started-rows.js'

/** A `sample` of about so many rows in every table, what a `started` Loom holds, or no rows at all. */
export const LOOM_CONTENTS = Object.freeze(['sample', 'started', 'empty'] as const)

export interface LoomOptions {
  /** Of a sample, about; never less than some hundred. */
  readonly rows: number
  readonly content: (typeof LOOM_CONTENTS)[number]
  /** 1 when absent. Another seed gives other rows, and other ids where servers draw theirs. */
  readonly seed?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface CreatedLoom {
  /** As it may be printed: without a password. */
  readonly store: string
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  readonly rows: number
}

const CONTENTS: Readonly<Record<LoomOptions['content'], readonly RowsOfTables[]>> = Object.freeze({
  sample: [STARTED_ROWS_OF, SAMPLE_ROWS_OF],
  started: [STARTED_ROWS_OF],
  empty: [],
})

/**
 * Makes a Loom database: a new SQLite file, or in an empty PostgreSQL database, in one transaction. The same options make the same rows.
 * @throws TARGET_NOT_EMPTY one of the tables is there already
 * @throws STORE_NOT_FOUND, STORE_UNREADABLE, STORE_LOCKED, STORE_NOT_PERMITTED, OUTPUT_FAILED, INTERRUPTED
 */
export async function createLoom(location: string, { rows, content, seed = 1, signal }: LoomOptions): Promise<CreatedLoom> {
  throwIfInterrupted(signal)
  const store = openStore(location)
  const { engine, name } = store
  await refuseTables(store, signal)
  const scene: LoomScene = { engine, seed, counts: loomCounts(rows, engine) }
  const writer = await (engine === 'sqlite' ? openSqliteWriter(name, signal) : openPostgresqlWriter(location, signal))
  try {
    const tables = await fill(writer, scene, CONTENTS[content])
    await writer.commit()
    return Object.freeze({ store: name, tables, rows: tables.reduce((sum, table) => sum + table.rows, 0) })
  } catch (error) {
    await writer.rollback()
    throw error
  }
}

async function refuseTables(store: Store, signal: AbortSignal | undefined): Promise<void> {
  if (store.engine === 'sqlite' && !existsSync(store.name)) return
  try {
    const { schema } = await store.snapshot({ signal })
    const names = new Set<string>(LOOM_TABLES)
    const there = schema.tables.map((table) => table.name).filter((table) => names.has(table))
    if (there.length > 0) throw new HoldallError('TARGET_NOT_EMPTY', { message: `it holds ${there.slice(0, 3).join(', ')}${there.length > 3 ? ` and ${there.length - 3} more tables of Loom` : ''} already`, store: store.name, hint: 'Give a file that is not there yet, or an empty database.' })
  } finally {
    await store.close()
  }
}

async function fill(writer: LoomWriter, scene: LoomScene, contents: readonly RowsOfTables[]): Promise<CreatedLoom['tables']> {
  const tables: { table: string; rows: number }[] = []
  for (const table of LOOM_TABLES) {
    if (scene.engine === 'sqlite' && (table === 'distributed_locks' || table === 'instances')) continue
    let rows = 0
    for (const content of contents) rows += await writer.write(table, content[table]?.(scene) ?? [])
    tables.push({ table, rows })
  }
  return Object.freeze(tables)
}
