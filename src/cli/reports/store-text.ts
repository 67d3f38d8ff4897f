import { describeReference } from '../../schema/cycles.js'
import type { Key, Table } from '../../schema/schema.js'
import type { StoreSummary } from '../../transfer/summaries.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { cycleLine } from './cycle-report.js'
import { leftOutText } from './left-out.js'

/** Tables with rows and keys, identities, references, cycles with how each is broken, and what an export leaves out. */
export function storeText(summary: StoreSummary, style: Style): string {
  const byId = new Map(summary.schema.tables.map((table) => [table.id, table]))
  const tables = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
      { title: 'columns', align: 'right' },
      { title: 'primary key', align: 'left' },
      { title: 'unique', align: 'left' },
    ],
    summary.tables.map(({ table: id, rows, estimated }) => {
      const table = byId.get(id)
      return [id, (estimated ? '~' : '') + formatCount(rows), formatCount(table?.columns.length ?? 0), keyText(table?.primaryKey ?? null), uniqueText(table)]
    }),
    style,
  )
  const head = `${printable(summary.store)}: ${summary.engine} ${printable(summary.engineVersion)}, ${formatCount(summary.tables.length)} tables`
  const references = [...summary.schema.tables.flatMap(referenceLines), ...summary.declaredReferences.map(declaredLine)]
  return `${[
    style.bold(head),
    '',
    ...tables,
    ...section('Identities:', summary.identities.map(identityLine)),
    ...section('References:', references),
    ...section('Cycles:', summary.cycles.map(cycleLine)),
    ...leftOutText(summary.schema.leftOut),
  ].join('\n')}\n`
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${printable(line)}`)]
}

function keyText(key: Key | null): string {
  return key === null ? '' : key.columns.join(', ')
}

function uniqueText(table: Table | undefined): string {
  return (table?.uniques ?? []).map((key) => (key.columns.length === 1 ? keyText(key) : `(${keyText(key)})`)).join(', ')
}

function referenceLines(table: Table): readonly string[] {
  return table.references.map((reference) => {
    const actions = [
      ...(reference.onDelete === 'no-action' ? [] : [`on delete ${reference.onDelete.replace('-', ' ')}`]),
      ...(reference.onUpdate === 'no-action' ? [] : [`on update ${reference.onUpdate.replace('-', ' ')}`]),
      ...(reference.deferrability === 'not-deferrable' ? [] : ['deferrable']),
    ]
    const line = `${describeReference({ table: table.id, columns: reference.columns, target: reference.table })} (${reference.targetColumns.join(', ')})`
    return [line, ...actions].join(', ')
  })
}

function declaredLine({ table, columns, target, targetColumns, place, when }: StoreSummary['declaredReferences'][number]): string {
  const line = `${describeReference({ table, columns, target })}${targetColumns.length === 0 ? '' : ` (${targetColumns.join(', ')})`}`
  const more = [
    ...(place.kind === 'inside' ? [`inside at ${place.path.join('.')}`] : []),
    ...(place.kind === 'list' ? [`a list separated by ${JSON.stringify(place.separator)}`] : []),
    ...(when === null ? [] : [`where ${when.column} is ${when.value}`]),
  ]
  return [line, ...more, 'by the profile'].join(', ')
}

function identityLine({ table, rules, surrogates }: StoreSummary['identities'][number]): string {
  const by = rules.map(({ columns, because }) => `${columns.join(', ')} (${because})`)
  const given = surrogates.length === 0 ? '' : `; ${surrogates.join(' and ')} ${surrogates.length === 1 ? 'is' : 'are'} given by each database`
  return `${table}: ${by.length === 0 ? 'the whole row' : by.join(', else ')}${given}`
}
