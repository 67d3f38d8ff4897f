import type { ImportReport, TableTally } from './import-options.js'

/** No row of any class. */
export const NOTHING = Object.freeze({ new: 0, changed: 0, unchanged: 0, kept: 0, deleted: 0, conflicting: 0, rejected: 0 })

export function totals(tallies: readonly TableTally[]): ImportReport['totals'] {
  const sum: { -readonly [Class in keyof typeof NOTHING]: number } = { ...NOTHING }
  for (const tally of tallies) for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += tally[key]
  return sum
}
