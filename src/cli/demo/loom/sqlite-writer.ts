import { existsSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Database } from 'better-sqlite3'
import { throwIfInterrupted } from '../../../errors/interrupted.js'
import { ident, join, sql } from '../../../stores/sql.js'
import { mapError } from '../../../stores/sqlite/map-error.js'
import { openFile } from '../../../stores/sqlite/target/open-file.js'
import { loomDdl } from './loom-ddl.js'
import type { LoomRow, LoomValue } from './loom-row.js'
import { spelledTime } from './loom-time.js'
import type { LoomWriter } from './loom-writer.js'

/** As many rows go in before a signal is looked at. */
const ROWS_A_TURN = 5_000

/** Makes the tables in a file, which appears whole at the commit where it was not there. @throws as `openFile` */
export async function openSqliteWriter(path: string, signal: AbortSignal | undefined): Promise<LoomWriter> {
  const file = await openFile(path, { triggers: 'silence', lockTimeout: 10_000, conversions: new Set(), dryRun: false, fresh: !existsSync(path), signal }, path)
  const rollback = async (): Promise<void> => Promise.resolve(file.rollback())
  try {
    file.db.exec(loomDdl('sqlite'))
  } catch (error) {
    await rollback()
    throw mapError(error, { store: path })
  }
  return {
    write: async (table, rows) => {
      try {
        return await insert(file.db, table, rows, signal)
      } catch (error) {
        throw mapError(error, { store: path, table })
      }
    },
    commit: async () => file.commit(),
    rollback,
  }
}

async function insert(db: Database, table: string, rows: Iterable<LoomRow>, signal: AbortSignal | undefined): Promise<number> {
  let count = 0
  let statement: ReturnType<Database['prepare']> | null = null
  for (const row of rows) {
    statement ??= db.prepare(insertion(table, Object.keys(row)))
    statement.run(Object.values(row).map(bound))
    count += 1
    if (count % ROWS_A_TURN === 0) {
      await turn()
      throwIfInterrupted(signal)
    }
  }
  return count
}

function insertion(table: string, columns: readonly string[]): string {
  return sql`INSERT INTO ${ident(table)} (${join(columns.map((column) => ident(column)))}) VALUES (${join(columns.map(() => sql`?`))})`.text
}

/** The driver binds no booleans. */
function bound(value: LoomValue): string | number | bigint | Buffer | null {
  if (typeof value === 'boolean') return value ? 1n : 0n
  // A JavaScript number is bound as REAL, and a REAL in an untyped place stays one.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  if (!('kind' in value)) return JSON.stringify(value)
  return value.kind === 'time' ? spelledTime(value) : Buffer.from(value.text)
}
