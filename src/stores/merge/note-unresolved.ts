import { HoldallError } from '../../errors/holdall-error.js'
import type { ImportReference } from '../import-table.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { nulledColumns } from './nulled-columns.js'
import { referenceName, type Finding } from './unresolved-state.js'

/** Remembers rows that refer to nothing: to be refused, or to be told of. What was said of the same reference before is forgotten. */
export function noteUnresolved({ unresolved }: MergeState, table: MergeTable, found: Omit<Finding, 'table'>): void {
  const finding: Finding = { table: table.table.target.id, ...found }
  const name = referenceName(finding.table, finding.reference)
  unresolved.refused.delete(name)
  unresolved.notes.delete(name)
  if (finding.rows === 0) return
  if (unresolved.mode === 'fail' || finding.because !== null) unresolved.refused.set(name, finding)
  else unresolved.notes.set(name, `${count(finding)} to no row of ${finding.reference.parent}; ${outcome(table, finding.reference, unresolved.mode === 'keep')}: ${shown(finding).join('; ')}`)
}

function outcome(table: MergeTable, reference: ImportReference, kept: boolean): string {
  if (kept) return 'the keys were kept as they are'
  if (reference.place.kind !== 'columns') return 'the keys were taken out'
  const columns = nulledColumns(table, reference)
  return `${columns.join(', ')} ${columns.length === 1 ? 'was' : 'were'} set to NULL`
}

/** @throws REFERENCE_UNRESOLVED naming rows of every table */
export function refuseUnresolved({ store, unresolved }: MergeState): void {
  const findings = [...unresolved.refused.values()]
  const [first] = findings
  if (first === undefined) return
  const [row] = first.examples
  const total = findings.reduce((sum, { rows }) => sum + rows, 0)
  throw new HoldallError('REFERENCE_UNRESOLVED', {
    store: store.name,
    table: first.table,
    column: first.reference.columns.join(', '),
    ...(row === undefined ? {} : { row: row.ordinal, key: row.key }),
    message: `${total === 1 ? '1 row refers' : `${total} rows refer`} to rows that are neither in the archive nor in the target`,
    details: findings.flatMap((finding) => [
      `${count(finding)} to no row of ${finding.reference.parent}${finding.because === null ? '' : `, and ${finding.because}`}`,
      ...shown(finding).map((line) => `  ${line}`),
    ]),
    hint: 'Include the tables referred to, or import them first; --on-unresolved says what else may become of such rows.',
  })
}

function count({ table, reference, rows }: Finding): string {
  const columns = reference.columns.length === 1 ? reference.columns.join() : `(${reference.columns.join(', ')})`
  return `${table}.${columns}: ${rows === 1 ? '1 row refers' : `${rows} rows refer`}`
}

function shown({ examples, rows }: Finding): readonly string[] {
  const lines = examples.map(({ ordinal, key }) => `row ${ordinal}: ${key}`)
  return rows > lines.length ? [...lines, `and ${rows - lines.length} more`] : lines
}
