import type { Schema } from '../../schema/schema.js'
import type { StoreSummary } from '../../transfer/summaries.js'
import type { Field } from '../command.js'
import type { JsonObject, JsonValue } from '../json.js'
import { CYCLE_FIELDS, cyclesJson } from './cycle-report.js'
import { identityFields, identityJson } from './identity-report.js'
import { LEFT_OUT_FIELDS, leftOutJson } from './left-out.js'

export const STORE_FIELDS: readonly Field[] = Object.freeze([
  { path: 'store', type: 'string', means: 'the database, without password' },
  { path: 'engine', type: 'string', means: '`sqlite` or `postgresql`' },
  { path: 'engine_version', type: 'string', means: 'its version' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'its rows' },
  { path: 'tables[].estimated', type: 'boolean', means: "true: the rows are the engine's own guess" },
  ...CYCLE_FIELDS,
  { path: 'identities[].table', type: 'string', means: 'id of the table' },
  ...identityFields('identities[].'),
  { path: 'declared_references[].table', type: 'string', means: 'table that refers, as the profile says' },
  { path: 'declared_references[].columns[]', type: 'string', means: 'columns that refer' },
  { path: 'declared_references[].target', type: 'string', means: 'table referred to' },
  { path: 'declared_references[].target_columns[]', type: 'string', means: 'columns referred to' },
  { path: 'declared_references[].place', type: 'string', means: '`columns`: they are the key; `inside`: it stands inside JSON, an array or a composite; `list`: they are a text of keys' },
  { path: 'declared_references[].path[]', type: 'string', means: 'where inside, from the outside in; `*` is every element' },
  { path: 'declared_references[].separator', type: 'string or null', means: 'what separates the keys of a list' },
  { path: 'declared_references[].when', type: 'object or null', means: 'only rows whose `column` holds `value` refer by it' },
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
    cycles: cyclesJson(summary.cycles),
    identities: summary.identities.map((identity) => ({ table: identity.table, ...identityJson(identity) })),
    declared_references: summary.declaredReferences.map(({ table, columns, target, targetColumns, place, when }) => ({
      table,
      columns,
      target,
      target_columns: targetColumns,
      place: place.kind,
      path: place.kind === 'inside' ? place.path : [],
      separator: place.kind === 'list' ? place.separator : null,
      when: when === null ? null : { column: when.column, value: when.value },
    })),
    left_out: leftOutJson(summary.schema.leftOut),
    schema: schemaJson(summary.schema),
  }
}

/** A schema is plain data of strings, numbers, booleans, nulls, arrays and objects: what JSON holds. */
function schemaJson(schema: Schema): JsonObject {
  return schema as unknown as JsonObject
}
