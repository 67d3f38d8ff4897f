import type { RowBatch } from '../../rows/row-batch.js'
import { cellValue } from '../../rows/cell-value.js'
import { embeddedEdits, type EmbeddedPlace } from '../../rows/embedded-edits.js'
import { keyText } from '../../rows/key-text.js'
import { cellPicker } from '../../rows/pick-cells.js'
import { linesOf } from '../../rows/split-row.js'
import type { Column } from '../../schema/schema.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { present } from '../../errors/present.js'
import type { ImportReference } from '../import-table.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'

/** A reference whose keys stand inside the values of a column. */
export interface InnerReference {
  readonly reference: ImportReference
  readonly parent: MergeTable
  readonly place: EmbeddedPlace
  /** Of the archive. */
  readonly column: Column
  /** Of the target: what its keys look like. */
  readonly key: Column
  /** The column that says whether a row refers by it. */
  readonly when: { readonly column: Column; readonly value: string } | null
}

/** Those that lead to tables of the import. */
export function innerReferences(state: MergeState, table: MergeTable): readonly InnerReference[] {
  const columns = new Map(table.table.columns.map((pair) => [pair.target.name, pair]))
  return table.table.references.flatMap((reference): InnerReference[] => {
    const { place, when } = reference
    const parent = state.tables.get(reference.parent)
    const column = columns.get(present(reference.columns[0]))?.source
    const key = parent?.table.columns.find(({ target }) => target.name === reference.parentColumns[0])?.target
    const told = when === null ? null : columns.get(when.column)?.source
    if (place.kind === 'columns' || parent === undefined || column === undefined || key === undefined || told === undefined) return []
    return [{ reference, parent, place, column, key, when: told === null || when === null ? null : { column: told, value: when.value } }]
  })
}

/** A row with the cells of its references, those of their columns first. */
export interface InnerRow {
  readonly line: Buffer
  /** The cell of each reference; null where the row does not refer by it. */
  readonly cells: readonly (string | null)[]
}

/** Makes a function that takes what the references need out of a table's canonical rows. */
export function innerReader({ table }: MergeTable, references: readonly InnerReference[]): (batch: RowBatch) => Generator<InnerRow> {
  const picks = references.flatMap(({ column, when }) => [column.name, when?.column.name ?? column.name])
  const pick = cellPicker(storedColumns(table.source).map(({ name }) => name), picks)
  return function* ({ bytes }) {
    for (const line of linesOf(bytes)) {
      const cells = present(pick(line), 'a row was not read in canonical form', { table: table.source.id })
      yield {
        line,
        cells: references.map(({ when }, index) => (when === null || plainText(present(cells[index * 2 + 1]), when.column) === when.value ? present(cells[index * 2]) : null)),
      }
    }
  }
}

/** The keys in a cell, as texts; what is no key of the column referred to is not among them. */
export function keysInside({ column, place, key }: InnerReference, cell: string): ReadonlySet<string> {
  const found = new Set<string>()
  embeddedEdits(cell, column, place, (value) => {
    const text = keyText(value, key)
    if (text !== null) found.add(text)
    return undefined
  })
  return found
}

function plainText(cell: string, column: Column): string | null {
  const value = cellValue(cell, column)
  return value === null || Buffer.isBuffer(value) ? null : String(value)
}
