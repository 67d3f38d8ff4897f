import type { Index, Key } from '../schema.js'
import type { ConstraintPlan } from './constraint-plan.js'
import { keyColumns, presentColumns } from './key-columns.js'
import { surveyOf } from './survey-of.js'
import type { TableDraft } from './table-draft.js'

export interface CrossedKeys {
  readonly primaryKey: Key | null
  readonly uniques: readonly Key[]
  readonly indexes: readonly Index[]
}

/** Keys of a table, once `crossIndexes` has been through all tables. */
export function crossKeys(draft: TableDraft, indexes: ReadonlyMap<Index, Index>, plan: ConstraintPlan): CrossedKeys {
  const { source, name } = draft
  const cross = (key: Key, what: string, fallback: string): Key | null => {
    const columns = keyColumns(key.columns, draft, plan, what, key.name ?? `${source.id} (${key.columns.join(', ')})`)
    if (columns === null) return null
    if (plan.to === 'sqlite') {
      if (key.nullsNotDistinct) draft.note('nulls not distinct', key.name ?? source.id, 'SQLite takes every NULL for different from all others')
      if (key.deferrability !== 'not-deferrable') draft.note('deferrable', key.name ?? source.id, 'SQLite checks keys at once')
    }
    const made = plan.to === 'sqlite' ? key.name : plan.names.allocate(name.namespace, key.name ?? fallback)
    return Object.freeze({ name: made, columns, deferrability: plan.to === 'sqlite' ? 'not-deferrable' : key.deferrability, nullsNotDistinct: false })
  }
  let primaryKey = source.primaryKey === null ? null : cross(source.primaryKey, 'primary key', `${name.name}_pkey`)
  const uniques: Key[] = []
  if (primaryKey !== null && plan.to === 'postgresql' && primaryKey.columns.some((column) => (surveyOf(plan.surveys, source.id, column)?.nulls ?? 0) > 0)) {
    draft.note('primary key', source.id, 'it holds NULL, which PostgreSQL has in no primary key; it is a unique constraint there')
    uniques.push(primaryKey)
    primaryKey = null
  }
  for (const key of source.uniques) {
    const owner = source.indexes.find((index) => index.unique && index.name === key.name)
    if (owner === undefined) {
      const unique = cross(key, 'unique', `${name.name}_${key.columns.join('_')}_key`)
      if (unique !== null) uniques.push(unique)
      continue
    }
    const index = indexes.get(owner)
    const columns = presentColumns(key.columns, draft)
    if (index !== undefined && columns !== null) uniques.push(Object.freeze({ ...key, name: index.name, columns, nullsNotDistinct: false }))
  }
  return { primaryKey, uniques, indexes: [...indexes.values()] }
}
