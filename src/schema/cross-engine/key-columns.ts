import type { ConstraintPlan } from './constraint-plan.js'
import { findColumn } from './find-name.js'
import { surveyOf } from './survey-of.js'
import type { TableDraft } from './table-draft.js'

/** Bytes that a PostgreSQL btree keeps of one entry, with room for its own header. */
const LONGEST_ENTRY = 2600

/** The columns as the draft has them, or null when one is left out. */
export function presentColumns(names: readonly string[], draft: TableDraft): readonly string[] | null {
  const found = names.map((name) => {
    const column = findColumn(draft.source, name, draft.context.from)
    return draft.columns.find((crossed) => crossed.name === column?.name)?.name
  })
  return found.every((name) => name !== undefined) ? found : null
}

/** The columns of a key or an index as they are there, or null with a note when they cannot be one. */
export function keyColumns(names: readonly string[], draft: TableDraft, plan: ConstraintPlan, what: string, shown: string): readonly string[] | null {
  const columns = presentColumns(names, draft)
  if (columns === null) {
    draft.note(what, shown, 'a column of it is left out')
    return null
  }
  if (plan.to === 'sqlite') return columns
  const bytes = columns.reduce((sum, column) => sum + (surveyOf(plan.surveys, draft.source.id, column)?.maxBytes ?? 0), 0)
  if (bytes > LONGEST_ENTRY) {
    draft.note(what, shown, `it holds values of ${bytes} bytes, and PostgreSQL indexes at most about ${LONGEST_ENTRY}`)
    return null
  }
  return columns
}
