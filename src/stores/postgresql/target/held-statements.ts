import type { Sql } from '../../sql.js'

/** Statements that put a table back as it was defined. */
export interface HeldStatements {
  /** The table, for messages. */
  readonly label: string
  readonly restore: readonly Sql[]
}
