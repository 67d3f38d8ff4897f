import type { Classification, Strategy } from '../stores/import-table.js'
import type { ImportReport, TableTally } from './import-options.js'

const NOTHING = { new: 0, changed: 0, unchanged: 0, kept: 0, deleted: 0, conflicting: 0, rejected: 0 }

/** Rows that went straight into an empty table. */
export function tallyLoaded(table: string, rows: number): TableTally {
  return { table, ...NOTHING, new: rows, examples: [] }
}

/** What a strategy makes of the classes; the one place that says so, for the plan and for the run. */
export function tallyClassified(table: string, found: Classification, strategy: Strategy): TableTally {
  const { new: added, changed, unchanged, absent, examples } = found
  const shown = examples.filter((example) => example.class !== 'absent' || strategy === 'replace')
  const base = { table, ...NOTHING, new: added, examples: shown }
  switch (strategy) {
    case 'merge':
      return { ...base, changed, unchanged }
    case 'skip':
      return { ...base, kept: changed, unchanged }
    case 'replace':
      return { ...base, changed, unchanged, deleted: absent }
    case 'fail-on-conflict':
      return { ...base, conflicting: changed + unchanged }
  }
}

export function totals(tallies: readonly TableTally[]): ImportReport['totals'] {
  const sum = { ...NOTHING }
  for (const tally of tallies) for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += tally[key]
  return sum
}
