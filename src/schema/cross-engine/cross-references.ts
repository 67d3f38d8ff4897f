import type { ColumnType } from '../column-type.js'
import type { Reference } from '../schema.js'
import { mayRefer } from './align-reference-types.js'
import type { ConstraintPlan } from './constraint-plan.js'
import type { CrossedKeys } from './cross-keys.js'
import { presentColumns } from './key-columns.js'
import type { TableDraft } from './table-draft.js'

interface CrossedTable {
  readonly draft: TableDraft
  readonly keys: CrossedKeys
}

/** References of a table, once the keys of all tables have crossed. */
export function crossReferences(draft: TableDraft, find: (id: string) => CrossedTable | undefined, plan: ConstraintPlan): readonly Reference[] {
  const crossed: Reference[] = []
  const taken = new Set<string>()
  for (const reference of draft.source.references) {
    const shown = `${draft.source.id} (${reference.columns.join(', ')}) → ${reference.table}`
    const target = find(reference.table)
    const made = target === undefined ? 'the table it refers to is not there' : crossReference(reference, draft, target, plan)
    if (typeof made === 'string') draft.note('reference', shown, made)
    else crossed.push(Object.freeze({ ...made, name: plan.to === 'sqlite' ? reference.name : plan.names.distinct(taken, reference.name ?? `${draft.name.name}_${reference.columns.join('_')}_fkey`) }))
  }
  return crossed
}

function crossReference(reference: Reference, draft: TableDraft, target: CrossedTable, plan: ConstraintPlan): Reference | string {
  const columns = presentColumns(reference.columns, draft)
  const named = reference.targetColumns.length > 0 ? reference.targetColumns : (target.draft.source.primaryKey?.columns ?? [])
  const targetColumns = presentColumns(named, target.draft)
  if (columns === null || targetColumns === null || columns.length !== targetColumns.length) return 'a column of it is left out'
  if (plan.to === 'sqlite') {
    if (!reference.validated) return 'it is NOT VALID, which SQLite does not have: rows that break it would be refused'
    if (reference.match === 'full') draft.note('match full', reference.name ?? draft.source.id, 'SQLite takes a reference with one NULL for none')
  } else {
    const keys = [...(target.keys.primaryKey === null ? [] : [target.keys.primaryKey]), ...target.keys.uniques]
    const wanted = [...targetColumns].sort().join('\0')
    if (!keys.some((key) => [...key.columns].sort().join('\0') === wanted)) return 'what it refers to is no key there'
    const type = (from: TableDraft, name: string | undefined): ColumnType | undefined => from.columns.find((column) => column.name === name)?.type
    for (const [index, name] of columns.entries()) {
      const [from, to] = [type(draft, name), type(target.draft, targetColumns[index])]
      if (from === undefined || to === undefined || !mayRefer(from, to)) return `PostgreSQL does not compare ${from?.declared ?? '?'} with ${to?.declared ?? '?'}`
    }
  }
  return { ...reference, columns, table: target.draft.name.id, targetColumns, match: 'simple' }
}
