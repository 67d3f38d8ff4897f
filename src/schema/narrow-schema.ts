import type { LeftOut, Schema, Table } from './schema.js'

/** A schema reduced to some tables: sequences, triggers and types follow; what goes is not reported, it was asked for. */
export function narrowSchema(schema: Schema, tables: readonly Table[]): Schema {
  if (tables.length === schema.tables.length && tables.every((table, index) => table === schema.tables[index])) return schema
  const ids = new Set(tables.map((table) => table.id))
  const sequenceIds = new Set(tables.flatMap((table) => table.columns.flatMap(({ identity }) => (identity !== null && 'sequence' in identity ? [identity.sequence] : []))))
  return {
    ...schema,
    tables,
    sequences: schema.sequences.filter(({ id, ownedBy }) => sequenceIds.has(id) || (ownedBy !== null && ids.has(ownedBy.table))),
    statements: schema.statements.filter(({ table }) => table === null || ids.has(table)),
  }
}

/** Removes references to tables that will not be there, so that the rest can be created. Returns what was removed. */
export function withoutDanglingReferences(schema: Schema, present: (tableId: string) => boolean): { schema: Schema; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = []
  const tables = schema.tables.map((table) => {
    const references = table.references.filter((reference) => {
      if (present(reference.table)) return true
      leftOut.push({
        kind: 'reference',
        name: `${table.id} (${reference.columns.join(', ')})`,
        reason: `it refers to ${reference.table}, which is neither in the archive nor in the target`,
      })
      return false
    })
    return references.length === table.references.length ? table : { ...table, references }
  })
  return { schema: { ...schema, tables }, leftOut }
}
