import type { ClassifiedRow } from '../../stores/import-table.js'
import type { ImportReport } from '../../transfer/import-options.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { leftOutText } from './left-out.js'

type Counts = ImportReport['totals']

const ALWAYS = ['new', 'changed', 'unchanged', 'kept', 'deleted'] as const
const WHERE_THERE_ARE_ANY = ['conflicting', 'rejected'] as const

/** Table by table, the sum, and one sentence that says what happened or, in a dry run, would. */
export function importText(report: ImportReport, props: { style: Style; examples: boolean }): string {
  const { style } = props
  const shown = [...ALWAYS, ...WHERE_THERE_ARE_ANY.filter((count) => report.totals[count] > 0)]
  const cells = (name: string, counts: Counts): string[] => [name, ...shown.map((count) => formatCount(counts[count]))]
  const table = alignTable(
    [{ title: 'table', align: 'left' }, ...shown.map((title) => ({ title, align: 'right' }) as const)],
    [...report.tables.map((tally) => cells(tally.table, tally)), ...(report.tables.length > 1 ? [cells('total', report.totals)] : [])],
    style,
  )
  const examples = props.examples ? exampleLines(report) : []
  return `${[...table, ...examples, '', style.bold(printable(sentence(report))), ...leftOutText(report.leftOut)].join('\n')}\n`
}

function sentence(report: ImportReport): string {
  const { totals } = report
  const rows = totals.new + totals.changed + totals.unchanged + totals.kept + totals.conflicting + totals.rejected
  const took = formatDuration(report.seconds)
  if (totals.new + totals.changed + totals.kept + totals.deleted + totals.conflicting + totals.rejected === 0) {
    const all = rows === 0 ? 'there are no rows to import' : `${rows === 1 ? 'the one row is' : `all ${formatRows(rows)} are`} unchanged`
    return report.dryRun ? `Dry run: ${all}; ${report.store} would stay as it is (${took}).` : `Nothing to do: ${all} in ${report.store} (${took}).`
  }
  const parts = [...ALWAYS, ...WHERE_THERE_ARE_ANY].filter((count) => totals[count] > 0).map((count) => `${formatCount(totals[count])} ${count}`)
  const what = `${formatRows(rows)} into ${report.store} by ${report.strategy}: ${parts.join(', ')}`
  if (!report.dryRun) return `Imported ${what} (${took}).`
  return `Dry run, nothing was written (${took}). It would ${totals.conflicting > 0 ? 'refuse to ' : ''}import ${what}.`
}

function exampleLines(report: ImportReport): readonly string[] {
  const lines = report.tables.flatMap(({ table, examples }) =>
    (['new', 'changed', 'absent'] as const).flatMap((kind) => {
      const rows = examples.filter((row) => row.class === kind)
      return rows.length === 0 ? [] : [`  ${table}, ${kind === 'absent' ? 'in the target only' : kind}: ${rows.map(exampleText).join('; ')}`]
    }),
  )
  return lines.length === 0 ? [] : ['', 'Examples:', ...lines.map(printable)]
}

function exampleText(row: ClassifiedRow): string {
  return row.columns.length === 0 ? row.key : `${row.key} (${row.columns.join(', ')})`
}
