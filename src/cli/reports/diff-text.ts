import type { DiffCounts, DiffExample, DiffReport } from '../../transfer/diff/diff-report.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatRows } from '../text/quantities.js'
import type { Style } from '../text/style.js'

const TITLES = ['table', 'only in A', 'only in B', 'changed', 'same'] as const

const KINDS: Readonly<Record<DiffExample['kind'], string>> = Object.freeze({
  'only-a': 'only in A',
  'only-b': 'only in B',
  changed: 'changed',
  'ambiguous-a': 'ambiguous in A',
  'ambiguous-b': 'ambiguous in B',
})

/** Table by table, the sum, what the schemas differ in, examples, and one sentence that says whether they differ. */
export function diffText(report: DiffReport, style: Style): string {
  const ambiguous = report.totals.ambiguousA + report.totals.ambiguousB > 0
  const cells = (name: string, counts: DiffCounts): string[] => {
    const shown = [counts.onlyA, counts.onlyB, counts.changed, counts.same, ...(ambiguous ? [counts.ambiguousA + counts.ambiguousB] : [])]
    return [name, ...shown.map(formatCount)]
  }
  const titles = [...TITLES, ...(ambiguous ? ['ambiguous'] : [])]
  const table = alignTable(
    titles.map((title, index) => ({ title, align: index === 0 ? 'left' : 'right' })),
    [...report.tables.map((each) => cells(each.table, each)), ...(report.tables.length > 1 ? [cells('total', report.totals)] : [])],
    style,
  )
  const verdict = printable(sentence(report))
  return `${[...table, ...schemaLines(report), ...exampleLines(report), '', style.bold(report.same ? style.green(verdict) : verdict)].join('\n')}\n`
}

function schemaLines({ onlyTables, tables }: DiffReport): readonly string[] {
  const names = (what: readonly [one: string, several: string], found: readonly string[]): string => `${found.length === 1 ? what[0] : what[1]} ${found.join(', ')}`
  const lines = [
    ...(onlyTables.a.length === 0 ? [] : [`only in A: ${names(['table', 'tables'], onlyTables.a)}`]),
    ...(onlyTables.b.length === 0 ? [] : [`only in B: ${names(['table', 'tables'], onlyTables.b)}`]),
    ...tables.flatMap(({ table, onlyColumns }) => [
      ...(onlyColumns.a.length === 0 ? [] : [`${table}, only in A: ${names(['column', 'columns'], onlyColumns.a)}`]),
      ...(onlyColumns.b.length === 0 ? [] : [`${table}, only in B: ${names(['column', 'columns'], onlyColumns.b)}`]),
    ]),
  ]
  return lines.length === 0 ? [] : ['', 'Schemas:', ...lines.map((line) => `  ${printable(line)}`)]
}

function exampleLines({ tables }: DiffReport): readonly string[] {
  const lines = tables.flatMap(({ table, examples }) =>
    (Object.keys(KINDS) as DiffExample['kind'][]).flatMap((kind) => {
      const found = examples.filter((example) => example.kind === kind)
      if (found.length === 0) return []
      if (kind !== 'changed') return [`  ${table}, ${KINDS[kind]}: ${found.map(({ key }) => key).join('; ')}`]
      return found.flatMap(({ key, columns }) => [`  ${table}, changed: ${key}`, ...columns.map(({ column, a, b }) => `    ${column}: ${a ?? 'NULL'} → ${b ?? 'NULL'}`)])
    }),
  )
  return lines.length === 0 ? [] : ['', 'Examples:', ...lines.map(printable)]
}

function sentence({ a, b, same, totals, tables, onlyTables, seconds }: DiffReport): string {
  const took = formatDuration(seconds)
  if (same) return `${a.name} and ${b.name} hold the same: ${formatRows(totals.same)} in ${tables.length === 1 ? '1 table' : `${formatCount(tables.length)} tables`} (${took}).`
  const { onlyA, onlyB, changed, ambiguousA, ambiguousB } = totals
  const rows = [
    ...(onlyA > 0 ? [`${formatRows(onlyA)} only in A`] : []),
    ...(onlyB > 0 ? [`${formatRows(onlyB)} only in B`] : []),
    ...(changed > 0 ? [`${formatRows(changed)} changed`] : []),
    ...(ambiguousA + ambiguousB > 0 ? [`${formatRows(ambiguousA + ambiguousB)} ambiguous`] : []),
  ]
  const schemas = onlyTables.a.length + onlyTables.b.length > 0 || tables.some(({ onlyColumns }) => onlyColumns.a.length + onlyColumns.b.length > 0)
  return `A (${a.name}) and B (${b.name}) differ: ${[...rows, ...(schemas ? ['their schemas'] : [])].join(', ')} (${took}).`
}
