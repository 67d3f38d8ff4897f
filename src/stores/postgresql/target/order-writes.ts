import type { PendingWrite } from './pending-write.js'
import type { Prepared } from './prepare.js'

/**
 * The groups with those last whose functions read other tables, and with them, where foreign keys
 * stay in place, the groups that refer to them. Otherwise the order is the one given, in which parents come first.
 */
export function orderWrites(groups: readonly (readonly PendingWrite[])[], { lookups, references }: Prepared): readonly (readonly PendingWrite[])[] {
  if (lookups.size === 0) return groups
  const keys = references.how === 'in-place' ? references.keys : []
  const late = new Set<string>()
  const early: (readonly PendingWrite[])[] = []
  const last: (readonly PendingWrite[])[] = []
  for (const group of groups) {
    const ids = group.map((write) => write.relation.id)
    const waits = ids.some((id) => lookups.has(id) || keys.some((key) => key.child.imported === id && key.parent.imported !== null && late.has(key.parent.imported)))
    if (waits) for (const id of ids) late.add(id)
    ;(waits ? last : early).push(group)
  }
  return [...early, ...last]
}
