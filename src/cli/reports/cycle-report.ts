import type { Cycle } from '../../schema/cycles.js'
import type { Field } from '../command.js'
import type { JsonValue } from '../json.js'

export const CYCLE_FIELDS: readonly Field[] = Object.freeze([
  { path: 'cycles[].tables[]', type: 'string', means: 'tables whose references form a cycle' },
  { path: 'cycles[].references[].table', type: 'string', means: 'table that refers' },
  { path: 'cycles[].references[].columns[]', type: 'string', means: 'columns that refer' },
  { path: 'cycles[].references[].target', type: 'string', means: 'table referred to' },
  { path: 'cycles[].references[].target_columns[]', type: 'string', means: 'columns referred to' },
  { path: 'cycles[].references[].nullable', type: 'boolean', means: 'true: a row may leave it NULL' },
  { path: 'cycles[].references[].deferrable', type: 'boolean', means: 'true: it may be checked at the end of a transaction' },
  { path: 'cycles[].broken', type: 'string', means: 'how an import breaks the cycle' },
])

export function cyclesJson(cycles: readonly Cycle[]): JsonValue {
  return cycles.map(({ tables, references, broken }) => ({
    tables,
    references: references.map(({ table, columns, target, targetColumns, nullable, deferrable }) => ({ table, columns, target, target_columns: targetColumns, nullable, deferrable })),
    broken,
  }))
}

/** `a, b: how it is broken` */
export function cycleLine({ tables, broken }: Cycle): string {
  const [first = ''] = tables
  return `${tables.length === 1 ? `${first} refers to itself` : tables.join(', ')}: ${broken}`
}
