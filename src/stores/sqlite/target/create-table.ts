import type Database from 'better-sqlite3'
import { HoldallError } from '../../../errors/holdall-error.js'
import type { LeftOut, Table } from '../../../schema/schema.js'
import { sql } from '../../sql.js'
import { createTableStatement } from './create-table-statement.js'
import { createVerbatim } from './create-verbatim.js'

/**
 * Creates one table: from its own text, or from the model where another engine described it. Checks and defaults of the
 * model that SQLite does not understand are left out and returned. @throws SCHEMA_UNSUPPORTED
 */
export function createTable(db: Database.Database, table: Table, parent: (id: string) => string): readonly LeftOut[] {
  if (table.ddl !== null) {
    createVerbatim(db, { kind: table.traits.includes('virtual') ? 'virtual-table' : 'table', name: table.name, ddl: table.ddl })
    return []
  }
  if (problemOf(db, table, parent) === null) {
    create(db, table, parent)
    return []
  }
  const { bare, leftOut } = withoutWhatFails(db, table, parent)
  create(db, bare, parent)
  return leftOut
}

function create(db: Database.Database, table: Table, parent: (id: string) => string): void {
  createVerbatim(db, { kind: 'table', name: table.name, ddl: createTableStatement(table, parent).text })
}

function withoutWhatFails(db: Database.Database, table: Table, parent: (id: string) => string): { bare: Table; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = []
  const plain: Table = { ...table, checks: [], columns: table.columns.map((column) => (column.generated === null ? { ...column, default: null } : column)) }
  const checks = table.checks.filter((check) => {
    const reason = problemOf(db, { ...plain, checks: [check] }, parent)
    if (reason !== null) leftOut.push({ kind: 'check', name: `${table.id}: ${check.name ?? check.expression}`, reason })
    return reason === null
  })
  const columns = table.columns.map((column) => {
    if (column.default === null) return column
    const reason = problemOf(db, { ...plain, columns: plain.columns.map((other) => (other.name === column.name ? column : other)) }, parent)
    if (reason === null) return column
    leftOut.push({ kind: 'default', name: `${table.id}.${column.name}`, reason })
    return { ...column, default: null }
  })
  return { bare: { ...table, checks, columns }, leftOut }
}

/** Why the table cannot be created, found by trying. */
function problemOf(db: Database.Database, table: Table, parent: (id: string) => string): string | null {
  db.exec(sql`SAVEPOINT holdall_table`.text)
  try {
    create(db, table, parent)
    return null
  } catch (error) {
    if (!HoldallError.is(error)) throw error
    return error.message
  } finally {
    db.exec(sql`ROLLBACK TO holdall_table; RELEASE holdall_table`.text)
  }
}
