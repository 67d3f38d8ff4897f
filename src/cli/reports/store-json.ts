import type { Schema } from '../../schema/schema.js'
import type { StoreSummary } from '../../transfer/summaries.js'
import type { Field } from '../command.js'
import type { JsonObject, JsonValue } from '../json.js'
import { LEFT_OUT_FIELDS, leftOutJson } from './left-out.js'

export const STORE_FIELDS: readonly Field[] = Object.freeze([
  { path: 'store', type: 'string', means: 'the database, without password' },
  { path: 'engine', type: 'string', means: '`sqlite` or `postgresql`' },
  { path: 'engine_version', type: 'string', means: 'its version' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'its rows' },
  { path: 'tables[].estimated', type: 'boolean', means: "true: the rows are the engine's own guess" },
  { path: 'cycles[].tables[]', type: 'string', means: 'tables whose references form a cycle' },
  { path: 'cycles[].references[].table', type: 'string', means: 'table that refers' },
  { path: 'cycles[].references[].columns[]', type: 'string', means: 'columns that refer' },
  { path: 'cycles[].references[].target', type: 'string', means: 'table referred to' },
  { path: 'cycles[].references[].target_columns[]', type: 'string', means: 'columns referred to' },
  { path: 'cycles[].references[].nullable', type: 'boolean', means: 'true: a row may leave it NULL' },
  { path: 'cycles[].references[].deferrable', type: 'boolean', means: 'true: it may be checked at the end of a transaction' },
  { path: 'cycles[].broken', type: 'string', means: 'how an import breaks the cycle' },
  ...LEFT_OUT_FIELDS,
  { path: 'schema', type: 'object', means: 'tables, columns, keys and references, as in the `schema.json` of an archive' },
])

export function storeJson(summary: StoreSummary): JsonObject {
  return {
    message_type: 'result',
    command: 'inspect',
    store: summary.store,
    engine: summary.engine,
    engine_version: summary.engineVersion,
    tables: summary.tables.map(({ table, rows, estimated }): JsonValue => ({ table, rows, estimated })),
    cycles: summary.cycles.map((cycle) => ({
      tables: cycle.tables,
      references: cycle.references.map(({ table, columns, target, targetColumns, nullable, deferrable }) => ({
        table,
        columns,
        target,
        target_columns: targetColumns,
        nullable,
        deferrable,
      })),
      broken: cycle.broken,
    })),
    left_out: leftOutJson(summary.schema.leftOut),
    schema: schemaJson(summary.schema),
  }
}

/** A schema is plain data of strings, numbers, booleans, nulls, arrays and objects: what JSON holds. */
function schemaJson(schema: Schema): JsonObject {
  return schema as unknown as JsonObject
}
