import { REASONS, type JudgedRow, type RowClass } from '../../stores/import-table.js'
import type { Counts, ImportReport } from '../../transfer/import-options.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { cycleLine } from './cycle-report.js'
import { identityText } from './identity-report.js'
import { leftOutText } from './left-out.js'

const ALWAYS = ['new', 'changed', 'unchanged', 'kept', 'deleted'] as const
const WHERE_THERE_ARE_ANY = ['conflicting', 'rejected'] as const
const EXAMPLES: readonly RowClass[] = ['new', 'changed', 'kept', 'deleted', 'conflicting', 'rejected']

/**
 * Table by table, the sum, and one sentence that says what happened or, in a dry run, would. A dry run also tells by what rows
 * were recognised; rows that were left out are told always.
 */
export function importText(report: ImportReport, props: { style: Style; examples: boolean }): string {
  const { style } = props
  return `${[
    ...countsTable(report, style),
    ...(report.dryRun ? section('Recognised by:', report.tables.map(({ table: id, identity }) => `${id} by ${identityText(identity)}`)) : []),
    ...(report.dryRun ? section('Cycles:', report.cycles.map(cycleLine)) : []),
    ...section('Examples:', exampleLines(report, props.examples ? EXAMPLES : ['rejected'])),
    '',
    style.bold(printable(importSentence(report))),
    ...fileLines(report).map(printable),
    ...leftOutText(report.leftOut),
  ].join('\n')}\n`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${printable(line)}`)]
}

/** Counts, table by table. */
export function countsTable({ tables, totals }: { readonly tables: readonly (Counts & { readonly table: string })[]; readonly totals: Counts }, style: Style): readonly string[] {
  const shown = [...ALWAYS, ...WHERE_THERE_ARE_ANY.filter((count) => totals[count] > 0)]
  const cells = (name: string, counts: Counts): string[] => [name, ...shown.map((count) => formatCount(counts[count]))]
  return alignTable(
    [{ title: 'table', align: 'left' }, ...shown.map((title) => ({ title, align: 'right' }) as const)],
    [...tables.map((tally) => cells(tally.table, tally)), ...(tables.length > 1 ? [cells('total', totals)] : [])],
    style,
  )
}

/** What happened or, in a dry run, would. */
export function importSentence(report: Pick<ImportReport, 'totals' | 'seconds' | 'dryRun' | 'store'> & { readonly strategy: string }): string {
  const { totals } = report
  const rows = totals.new + totals.changed + totals.unchanged + totals.kept + totals.conflicting + totals.rejected
  const took = formatDuration(report.seconds)
  if (totals.new + totals.changed + totals.deleted + totals.conflicting + totals.rejected === 0) {
    const all = rows === 0 ? 'there are no rows to import' : totals.kept === 0 ? allUnchanged(rows) : `${formatRows(totals.unchanged)} unchanged, ${formatCount(totals.kept)} kept`
    return report.dryRun ? `Dry run: ${all}; ${report.store} would stay as it is (${took}).` : `Nothing to do: ${all} in ${report.store} (${took}).`
  }
  const parts = [...ALWAYS, ...WHERE_THERE_ARE_ANY].filter((count) => totals[count] > 0).map((count) => `${formatCount(totals[count])} ${count}`)
  const what = `${formatRows(rows)} into ${report.store} by ${report.strategy}: ${parts.join(', ')}`
  if (!report.dryRun) return `Imported ${what} (${took}).`
  return `Dry run, nothing was written (${took}). It would ${totals.conflicting > 0 ? 'refuse to ' : ''}import ${what}.`
}

function allUnchanged(rows: number): string {
  return `${rows === 1 ? 'the one row is' : `all ${formatRows(rows)} are`} unchanged`
}

function fileLines({ files, totals }: ImportReport): readonly string[] {
  return [
    ...(files.base === null ? [] : [`The base is ${files.base}.`]),
    ...(files.conflicts === null || totals.conflicting + totals.rejected === 0 ? [] : [`Conflicts are in ${files.conflicts}.`]),
    ...(files.rejects === null ? [] : [`Rows that were left out are in ${files.rejects}.`]),
  ]
}

function exampleLines(report: ImportReport, classes: readonly RowClass[]): readonly string[] {
  return report.tables.flatMap(({ table, examples }) =>
    classes.flatMap((kind) => {
      const rows = examples.filter((row) => row.class === kind)
      return rows.length === 0 ? [] : [`${table}, ${kind}: ${rows.map(exampleText).join('; ')}`]
    }),
  )
}

/** `id=5 (name, email)`, `id=5 (name: both sides changed …)` */
function exampleText({ key, columns, reason }: JudgedRow): string {
  const why = [columns.join(', '), reason === null ? '' : REASONS[reason]].filter((part) => part !== '').join(': ')
  return why === '' ? key : `${key} (${why})`
}
