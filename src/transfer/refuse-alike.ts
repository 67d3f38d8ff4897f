import { HoldallError } from '../errors/holdall-error.js'
import type { ImportTable } from '../stores/import-table.js'

/** Refuses `keep-both` for rows that are told by their number alone: the copies would be alike too, and every import would add more. @throws USAGE */
export function refuseAlikeCopies(tables: readonly ImportTable[]): void {
  const found = tables.find(({ identity, strategy, role }) => role === 'written' && strategy === 'keep-both' && identity.rules[0]?.alike === true)
  if (found === undefined) return
  throw new HoldallError('USAGE', {
    message: 'keep-both is not for rows that are alike: a copy would be one more of them',
    table: found.target.id,
    hint: `Pass --on-conflict ${found.target.id}=merge.`,
  })
}
