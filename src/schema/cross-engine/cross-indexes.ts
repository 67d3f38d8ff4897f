import { present } from '../../errors/present.js'
import type { Index, IndexPart } from '../schema.js'
import type { ConstraintPlan } from './constraint-plan.js'
import { crossCondition, crossValue } from './cross-expression.js'
import { findColumn } from './find-name.js'
import { keyColumns } from './key-columns.js'
import { quote } from './quote.js'
import type { TableDraft } from './table-draft.js'

/** What became of each index that crosses. Their names are the user's own, so this goes through all tables before any name is made up. */
export function crossIndexes(draft: TableDraft, plan: ConstraintPlan): ReadonlyMap<Index, Index> {
  const crossed = new Map<Index, Index>()
  for (const index of draft.source.indexes) {
    const made = crossIndex(index, draft, plan)
    if (made !== null) crossed.set(index, made)
  }
  return crossed
}

function crossIndex(index: Index, draft: TableDraft, plan: ConstraintPlan): Index | null {
  const leave = (reason: string): null => {
    draft.note('index', index.name, reason)
    return null
  }
  if (plan.to === 'sqlite' && index.method !== 'btree' && index.method !== 'hash') return leave(`SQLite has no ${index.method} indexes`)
  const plainColumns = index.parts.flatMap((part) => ('column' in part ? [part.column] : []))
  if (plainColumns.length > 0 && keyColumns(plainColumns, draft, plan, 'index', index.name) === null) return null
  const parts: IndexPart[] = []
  for (const part of index.parts) {
    if ('column' in part) {
      parts.push({ column: present(findColumn(draft.source, part.column, plan.from.engine)).name, descending: part.descending })
      continue
    }
    const crossing = crossValue(part.expression, draft.context)
    if ('reason' in crossing) return leave(`${part.expression}: ${crossing.reason}`)
    parts.push({ expression: crossing.sql, descending: part.descending })
  }
  const condition = index.condition === null ? null : crossCondition(index.condition, draft.context)
  if (condition !== null && 'reason' in condition) return leave(`WHERE ${index.condition ?? ''}: ${condition.reason}`)
  const name = plan.names.allocate(draft.name.namespace, index.name)
  return Object.freeze({ name, unique: index.unique, method: 'btree', parts, condition: condition?.sql ?? null, ddl: ddl(name, index.unique, parts, condition?.sql ?? null, draft) })
}

function ddl(name: string, unique: boolean, parts: readonly IndexPart[], condition: string | null, draft: TableDraft): string {
  const list = parts.map((part) => `${'column' in part ? quote(part.column) : `(${part.expression})`}${part.descending ? ' DESC' : ''}`).join(', ')
  const table = draft.name.namespace === null ? quote(draft.name.name) : `${quote(draft.name.namespace)}.${quote(draft.name.name)}`
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quote(name)} ON ${table} (${list})${condition === null ? '' : ` WHERE ${condition}`}`
}
