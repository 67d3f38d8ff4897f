import type { Column } from '../../schema/schema.js'
import { highestNumber } from './give-ids.js'
import type { MergeTable } from './merge-table.js'

/** What makes a copy of a row another row. */
export interface CopyPlan {
  /** Columns that get a number or UUID of their own. */
  readonly fresh: readonly { readonly column: string; readonly kind: 'number' | 'uuid' }[]
  /** Texts that get a mark: of every key that nothing fresh sets apart, and the label. */
  readonly marks: readonly string[]
  /** Keys without anything fresh: a copy's must be free, and those without a mark in them cannot be made so. */
  readonly keys: readonly { readonly columns: readonly string[]; readonly marked: boolean }[]
  /** A key of these holds references: it may be free by what they lead to. */
  readonly mayBeFree: boolean
}

/** Plans the copies of a table by all its keys, and by its identity where no key of the database says so. */
export function copyPlan({ table }: MergeTable): CopyPlan {
  const { target, identity, references, labelColumn } = table
  const columns = new Map(table.columns.map((column) => [column.target.name, column.target]))
  const refers = new Set(references.flatMap((reference) => (reference.place.kind === 'columns' ? reference.columns : [])))
  const keys = [...(target.primaryKey === null ? [] : [target.primaryKey.columns]), ...target.uniques.map((key) => key.columns), ...identity.rules.map((rule) => rule.columns)]
  const fresh = new Map<string, 'number' | 'uuid'>()
  const marks = new Set<string>()
  const plain = new Map<string, readonly string[]>()
  const addPlain = (key: readonly string[]): void => void plain.set(JSON.stringify([...new Set(key)].sort()), key)
  for (const key of keys) {
    const own = key.flatMap((name) => columns.get(name) ?? []).filter(({ name }) => !refers.has(name))
    if (own.length === 0 || key.some((name) => !columns.has(name))) {
      if (key.every((name) => columns.has(name))) addPlain(key)
      continue
    }
    const number = own.find((column) => identity.surrogates.includes(column.name) && highestNumber(column) !== null) ?? own.find((column) => isUuid(column))
    const text = own.find((column) => isText(column))
    const other = own.find((column) => highestNumber(column) !== null)
    if (number !== undefined) fresh.set(number.name, isUuid(number) ? 'uuid' : 'number')
    else if (text !== undefined) marks.add(text.name)
    else if (other !== undefined && key.length === 1) fresh.set(other.name, 'number')
    if (number === undefined && (text !== undefined || other === undefined || key.length > 1)) addPlain(key)
  }
  if (labelColumn !== null && !fresh.has(labelColumn)) marks.add(labelColumn)
  return {
    fresh: [...fresh].map(([column, kind]) => ({ column, kind })),
    marks: [...marks],
    keys: [...plain.values()].map((key) => ({ columns: key, marked: key.some((name) => marks.has(name)) })),
    mayBeFree: [...plain.values()].some((key) => key.some((name) => refers.has(name))),
  }
}

function isUuid({ type }: Column): boolean {
  return type.encoding.family === 'uuid' || (type.dynamic && /uuid|guid/i.test(type.declared))
}

function isText({ type }: Column): boolean {
  return type.encoding.family === 'text' || (type.dynamic && /char|text|clob/i.test(type.declared))
}
