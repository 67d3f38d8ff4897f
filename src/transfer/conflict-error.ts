import { HoldallError } from '../errors/holdall-error.js'
import { REASONS } from '../stores/import-table.js'
import type { TableTally } from './import-options.js'

/** What a run ends with whose rows are in conflict; null where none is. `file`: where the conflicts were written. */
export function conflictError(tallies: readonly TableTally[], file: string | null): HoldallError | null {
  const found = tallies.filter(({ conflicting }) => conflicting > 0)
  const [first] = found
  if (first === undefined) return null
  const count = found.reduce((sum, { conflicting }) => sum + conflicting, 0)
  return new HoldallError('CONFLICT', {
    message: `${count === 1 ? '1 row is' : `${count} rows are`} in conflict with the target; nothing was imported`,
    ...(found.length === 1 ? { table: first.table } : {}),
    hint: file === null ? 'See them with --conflicts FILE, decide in it and pass it with --resolutions, or choose another --strategy.' : `Fill in the resolutions in ${file} and pass it with --resolutions.`,
    details: found.map(detail),
  })
}

function detail({ table, conflicting, examples }: TableTally): string {
  const rows = `${table}: ${conflicting === 1 ? '1 row' : `${conflicting} rows`}`
  const example = examples.find((row) => row.class === 'conflicting')
  if (example === undefined) return rows
  return `${rows}, ${conflicting === 1 ? '' : 'such as '}${example.key}${example.reason === null ? '' : `: ${REASONS[example.reason]}`}`
}
