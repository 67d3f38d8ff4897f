import type Database from 'better-sqlite3'
import type { Sql } from '../../stores/sql.js'

export interface ScratchStatements {
  /** Runs a statement, prepared once for each text; says how many rows changed. */
  readonly run: (statement: Sql) => number
  /** `values` stand for `?`: what differs from call to call, or every call would be a statement of its own. */
  readonly rows: <Row>(query: Sql, ...values: readonly number[]) => Row[]
}

export function scratchStatements(db: Database.Database): ScratchStatements {
  const prepared = new Map<string, Database.Statement>()
  const prepare = ({ text }: Sql): Database.Statement => {
    const known = prepared.get(text) ?? db.prepare(text)
    prepared.set(text, known)
    return known
  }
  return {
    run: (statement) => prepare(statement).run().changes,
    rows: <Row>(query: Sql, ...values: readonly number[]) => prepare(query).all(...values) as Row[],
  }
}
