import type { ArchiveSchema } from '../archive/archive-schema.js'

/** Whether an archive may lack rows that its source had, so that nothing follows from its lack of one. */
export function isPartial({ selection, recovered }: Pick<ArchiveSchema, 'selection' | 'recovered'>): boolean {
  const { where, since, until, subset, closure, project, rejectsOf } = selection
  const filtered = [where, subset].some((given) => typeof given === 'object' && given !== null && Object.keys(given).length > 0)
  // Of a table that only --closure brings, no more came than was referred to.
  return recovered !== null || filtered || closure === true || [since, until, project, rejectsOf].some((given) => typeof given === 'string')
}
