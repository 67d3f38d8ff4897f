import type { LoomRow } from './loom-row.js'

/** One transaction into an empty database. */
export interface LoomWriter {
  /** Writes the rows of a table as they are made; returns how many. @throws INTERRUPTED and what the store fails with */
  write(table: string, rows: Iterable<LoomRow>): Promise<number>
  commit(): Promise<void>
  rollback(): Promise<void>
}
