import { present } from '../../errors/present.js'
import { keysReferred } from '../../rows/referred-keys.js'
import type { Column } from '../../schema/schema.js'
import { innerKeys } from './inner-keys.js'
import { keyFold } from './key-fold.js'
import type { PairLayout } from './pair-layout.js'
import { shortForm } from './short-form.js'
import type { PairColumn, PairReference, Side } from './table-pair.js'
import { valueForm } from './value-form.js'

export interface RowReader {
  /** The columns whose cells it takes. */
  readonly picks: readonly string[]
  row(cells: readonly string[]): ReadRow
}

export interface ReadRow {
  /** `rest`, then `k…`, `t…`, `r…`, and `v…` each with its `x…`. */
  readonly values: readonly (string | null)[]
  /** Keys within values: `value`, `link`, `seq`, `r`. */
  readonly keys: readonly (readonly [number, number, number, string])[]
}

type Read<T> = (cells: readonly string[], forms: readonly (string | null)[]) => T

/** Makes what turns the cells of a row into what the temporary table holds of it. */
export function rowReader(layout: PairLayout, side: Side, layouts: ReadonlyMap<number, PairLayout>): RowReader {
  const { columns } = layout.pair
  const picks = columns.map(({ name }) => name)
  const at = (column: PairColumn): number => columns.indexOf(column)
  const form = columns.map((column) => valueForm(column[side], column.kind))
  const keys = layout.keys.map((column): Read<string | null> => {
    const fold = foldOf(column)
    return (_, forms) => {
      const text = forms[at(column)] ?? null
      return text === null ? null : shortForm(fold(text))
    }
  })
  const targets = layout.targets.map((key) => wholeKey(key.map((column) => [at(column), foldOf(column)] as const)))
  const links = layout.links.map((reference) => linkReader(reference, layout, side, layouts))
  const within = innerReader(layout, side, layouts)
  const plain = layout.plain.map(at)
  const valued = layout.valued.map(at)
  return {
    picks,
    row: (cells) => {
      const forms = cells.map((cell, index) => form[index]?.(cell) ?? null)
      const short = (index: number): string | null => {
        const text = forms[index] ?? null
        return text === null ? null : shortForm(text)
      }
      const inner = within(cells)
      const values = [
        JSON.stringify(plain.map(short)),
        ...keys.map((read) => read(cells, forms)),
        ...targets.map((read) => read(cells, forms)),
        ...links.map((read) => read(cells)),
        ...valued.flatMap((index, value) => [short(index), inner.frames[value] ?? null]),
      ]
      return { values, keys: inner.keys }
    },
  }
}

const foldOf = ({ a, b, kind }: PairColumn): ((form: string) => string) => keyFold(a, b, kind)

function wholeKey(parts: readonly (readonly [number, (form: string) => string])[]): Read<string | null> {
  return (_, forms) => {
    const texts: string[] = []
    for (const [index, fold] of parts) {
      const text = forms[index] ?? null
      if (text === null) return null
      texts.push(fold(text))
    }
    return keyText(texts)
  }
}

const keyText = (parts: readonly string[]): string => shortForm(parts.length === 1 ? present(parts[0]) : JSON.stringify(parts))

/** What a canonical cell of a key is as text among keys of that column. */
function partReader(column: PairColumn, side: Side): (cell: string) => string {
  const [form, fold] = [valueForm(column[side], column.kind), foldOf(column)]
  return (cell) => fold(present(form(cell)))
}

function targetColumns({ parent, parentColumns }: PairReference, layouts: ReadonlyMap<number, PairLayout>): readonly PairColumn[] {
  const { columns } = present(layouts.get(parent)).pair
  return parentColumns.flatMap((name) => columns.filter((column) => column.name === name))
}

function linkReader(reference: PairReference, layout: PairLayout, side: Side, layouts: ReadonlyMap<number, PairLayout>): (cells: readonly string[]) => string | null {
  const { columns } = layout.pair
  const own = [...reference.columns, ...(reference.when === null ? [] : [reference.when.column])].map((name) => columns.findIndex((column) => column.name === name))
  const sideColumns = own.map((index) => columns[index]?.[side]).filter((column) => column !== undefined)
  const targets = targetColumns(reference, layouts)
  const parts = targets.map((column) => partReader(column, side))
  const told = sideColumns.at(-1)
  const find = keysReferred({
    columns: sideColumns.slice(0, reference.columns.length),
    targets: targets.map((column) => column[side]),
    place: reference.place,
    when: reference.when === null || told === undefined ? null : { ...reference.when, type: told.type },
  })
  return (cells) => {
    const [key] = find(own.map((index) => present(cells[index])))
    return key === undefined ? null : keyText(key.map((cell, index) => present(parts[index])(cell)))
  }
}

interface Within {
  /** By index into `valued`. */
  readonly frames: readonly (string | null)[]
  readonly keys: ReadRow['keys']
}

/** Keys that stand inside values. */
function innerReader(layout: PairLayout, side: Side, layouts: ReadonlyMap<number, PairLayout>): (cells: readonly string[]) => Within {
  const { columns } = layout.pair
  const references = layout.inner.flatMap((reference, link) => {
    const [target] = targetColumns(reference, layouts)
    const { place, when } = reference
    if (target === undefined || place.kind === 'columns') return []
    const told = when === null ? -1 : columns.findIndex(({ name }) => name === when.column)
    const word = columns[told]?.[side]
    const test = when === null || word === undefined ? () => true : whenReader(word, when.value)
    const applies = (cells: readonly string[]): boolean => test(cells[told] ?? 'null')
    return [{ link, column: reference.columns[0], target: target[side], place, applies, part: partReader(target, side) }]
  })
  const holders = layout.valued.flatMap((column, value) => {
    const own = references.filter((reference) => reference.column === column.name)
    return own.length === 0 ? [] : [{ value, index: columns.indexOf(column), column: column[side], own }]
  })
  return (cells) => {
    const frames: string[] = []
    const keys: [number, number, number, string][] = []
    for (const { value, index, column, own } of holders) {
      const found = innerKeys(present(cells[index]), column, own.filter(({ applies }) => applies(cells)))
      if (found === null) continue
      frames[value] = shortForm(found.frame)
      for (const key of found.keys) {
        const { link, part } = key.reference
        keys.push([value, link, keys.length, 'cell' in key ? keyText([part(key.cell)]) : shortForm(`raw ${key.raw}`)])
      }
    }
    return { frames, keys }
  }
}

function whenReader(column: Column, value: string): (cell: string) => boolean {
  const read = keysReferred({ columns: [column], targets: [column], place: { kind: 'columns' }, when: { column: column.name, value, type: column.type } })
  return (cell) => cell !== 'null' && read([cell, cell]).length > 0
}
