import { ident, join, sql } from '../../stores/sql.js'
import type { DifferenceClass } from './classify-rows.js'
import type { DiffExample, DifferingColumn } from './diff-report.js'
import type { PairLayout } from './pair-layout.js'
import { valuedPart } from './row-content.js'
import type { ScratchStatements } from './scratch-statements.js'
import { cutPair, cutValue } from './cut-value.js'

type StoredRow = Readonly<Record<string, string | number | null>>

/** Columns that name a row of which no identity is known. */
const FEW = 4
/** How far a key is followed that holds keys. */
const DEEPEST = 3

export interface Describer {
  example(layout: PairLayout, kind: DifferenceClass, found: { readonly n: number; readonly mate: number | null }): DiffExample
}

/** Puts rows of the temporary tables into words. */
export function describer(db: ScratchStatements, layouts: ReadonlyMap<number, PairLayout>): Describer {
  const rowOf = (layout: PairLayout, n: number): StoredRow => {
    const parts = layout.valued.map((_, index) => sql`, ${valuedPart(layout, index, sql`t`)} AS ${ident(`part${index}`)}`)
    return db.rows<StoredRow>(sql`SELECT t.*${join(parts, '')} FROM ${layout.table} t WHERE t.n = ?`, n)[0] ?? {}
  }

  /** `email="a@b"`, and for what leads to another row `order_id=orders(number=5)`. */
  const keyOf = (layout: PairLayout, row: StoredRow, depth: number): string =>
    keyColumns(layout, row)
      .map((name) => `${name}=${valueOf(layout, row, name, depth) ?? 'NULL'}`)
      .join(', ')

  const valueOf = (layout: PairLayout, row: StoredRow, name: string, depth: number): string | null => {
    const link = layout.links.findIndex((reference, index) => reference.named.includes(name) && row[`p${index}`] !== null)
    const parent = layouts.get(layout.links[link]?.parent ?? -1)
    const found = row[`p${link}`]
    if (parent === undefined || typeof found !== 'number') return cutValue(formOf(layout, row, name))
    return `${parent.pair.id}(${depth >= DEEPEST ? '…' : keyOf(parent, rowOf(parent, found), depth + 1)})`
  }

  return {
    example: (layout, kind, { n, mate }) => {
      const row = rowOf(layout, n)
      const key = keyOf(layout, row, 0)
      if (mate === null) return { kind, key, columns: [] }
      const other = rowOf(layout, mate)
      const plain = changedPlain(layout, row, other)
      const valued = layout.valued.flatMap(({ name }, index): DifferingColumn[] =>
        row[`part${index}`] === other[`part${index}`] ? [] : [{ column: name, a: valueOf(layout, row, name, 0), b: valueOf(layout, other, name, 0) }],
      )
      const order = layout.pair.columns.map(({ name }) => name)
      return { kind, key, columns: [...plain, ...valued].sort((one, two) => order.indexOf(one.column) - order.indexOf(two.column)) }
    },
  }
}


function changedPlain(layout: PairLayout, row: StoredRow, other: StoredRow): readonly DifferingColumn[] {
  const [here, there] = [restOf(row), restOf(other)]
  return layout.plain.flatMap(({ name }, index) => {
    const [a = null, b = null] = [here[index], there[index]]
    return a === b ? [] : [{ column: name, ...cutPair(a, b) }]
  })
}

function keyColumns(layout: PairLayout, row: StoredRow): readonly string[] {
  const { identity, columns, a, b } = layout.pair
  const whole = (names: readonly string[]): boolean => names.every((name) => formOf(layout, row, name) !== null)
  const rule = identity.rules.find((each) => whole(each.columns))
  if (rule !== undefined) return rule.columns
  const primary = (b.primaryKey ?? a.primaryKey)?.columns ?? []
  if (primary.length > 0 && whole(primary)) return primary
  return columns.map(({ name }) => name).filter((name) => isStored(layout, name)).slice(0, FEW)
}

const isStored = ({ plain, valued, keys }: PairLayout, name: string): boolean => [...plain, ...valued, ...keys].some((column) => column.name === name)

function formOf(layout: PairLayout, row: StoredRow, name: string): string | null {
  const at = (columns: PairLayout['plain']): number => columns.findIndex((column) => column.name === name)
  const plain = at(layout.plain)
  if (plain >= 0) return restOf(row)[plain] ?? null
  const valued = at(layout.valued)
  const text = row[valued >= 0 ? `v${valued}` : `k${at(layout.keys)}`]
  return text === undefined || text === null ? null : String(text)
}

function restOf(row: StoredRow): readonly (string | null)[] {
  return JSON.parse(String(row['rest'] ?? '[]')) as readonly (string | null)[]
}
