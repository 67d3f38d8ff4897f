import { HoldallError } from '../errors/holdall-error.js'
import type { ImportTable } from '../stores/import-table.js'

/** Refuses to compare times where a table has none: no row would ever be newer. @throws USAGE naming the tables */
export function refuseTimeless(tables: readonly ImportTable[]): void {
  const timeless = tables.filter(({ role, strategy, timeColumn }) => role === 'written' && timeColumn === null && (strategy === 'keep-newer' || strategy === 'keep-older'))
  const [first] = timeless
  if (first === undefined) return
  throw new HoldallError('USAGE', {
    message: `${first.strategy} compares when rows were last written, and ${timeless.length === 1 ? `${first.target.id} has` : `${timeless.length} tables have`} no column that says so`,
    hint: 'Name the columns as timeColumns of the profile in holdall.yaml, or give such tables another strategy with --on-conflict TABLE=STRATEGY.',
    details: timeless.length === 1 ? [] : timeless.map(({ target }) => target.id),
  })
}
