import { createHash } from 'node:crypto'
import { HoldallError } from '../errors/holdall-error.js'
import { cellPicker } from '../rows/pick-cells.js'
import { keysReferred } from '../rows/referred-keys.js'
import { linesOf } from '../rows/split-row.js'
import { narrowTable } from '../schema/narrow-table.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { GraphReference, KeySet } from './reference-graph.js'

/** What is to be known of the rows of a table. */
export interface FactsWanted {
  readonly table: Table
  readonly references: readonly GraphReference[]
  readonly keySets: readonly KeySet[]
  /** Columns to be read besides. */
  readonly columns?: readonly string[]
}

export interface RowFacts {
  readonly line: Buffer
  /** Tells the row from all others of its table, but for those that are `alike`. */
  readonly id: string
  /** True: no key tells the row from another that is the same in every column. */
  readonly alike: boolean
  readonly referred: readonly { readonly reference: GraphReference; readonly key: readonly string[] }[]
  /** The row's own keys, those that hold no NULL. */
  readonly keys: readonly { readonly keySet: KeySet; readonly key: readonly string[] }[]
}

export interface FactsReader {
  /** The table with the columns that must be read. */
  readonly narrow: Table
  /** The key set whose keys are the rows' ids; null where no one's are. */
  readonly idKeys: KeySet | null
  /** `from`: the table whose stored columns the lines hold. */
  read(from: Table): (bytes: Buffer) => Iterable<RowFacts>
}

const LONG = 120

/** Reads from a table's canonical lines what its rows refer to and by what they are referred to. */
export function factsReader({ table, references, keySets, columns = [] }: FactsWanted): FactsReader {
  const identity = rowIdentity(table)
  const picks = [...identity.columns]
  const taken = (names: readonly string[]): { readonly from: number; readonly to: number } => {
    picks.push(...names)
    return { from: picks.length - names.length, to: picks.length }
  }
  const links = references.map((reference) => {
    const names = [...reference.columns.map(({ name }) => name), ...(reference.when === null ? [] : [reference.when.column])]
    return { reference, keys: keysReferred(reference), ...taken(names) }
  })
  const owns = keySets.map((keySet) => ({ keySet, ...taken(keySet.columns.map(({ name }) => name)) }))
  const needed = new Set([...picks, ...columns])
  return {
    idKeys: identity.whole ? null : (keySets.find(({ columns: own }) => own.length === identity.columns.length && own.every(({ name }, at) => name === identity.columns[at])) ?? null),
    narrow: identity.whole ? table : narrowTable(table, (name) => needed.has(name)),
    read: (from) => {
      const pick = cellPicker(storedColumns(from).map(({ name }) => name), picks)
      return function* (bytes) {
        for (const line of linesOf(bytes)) {
          const cells = pick(line)
          if (cells === null) throw new HoldallError('INTERNAL', { message: 'a row was not read in canonical form', table: table.id })
          // Plain loops: this is done for every row that is exported.
          const referred: { reference: GraphReference; key: readonly string[] }[] = []
          for (const { reference, keys, from: start, to } of links) {
            for (const key of keys(cells.slice(start, to))) referred.push({ reference, key })
          }
          const own: { keySet: KeySet; key: readonly string[] }[] = []
          for (const { keySet, from: start, to } of owns) {
            const key = cells.slice(start, to)
            if (!key.includes('null')) own.push({ keySet, key })
          }
          const { id, alike } = rowId(identity, cells, line)
          yield { line, id, alike, referred, keys: own }
        }
      }
    },
  }
}

interface RowIdentity {
  readonly columns: readonly string[]
  /** A row whose columns hold a NULL is told by all of its columns. */
  readonly whole: boolean
}

function rowIdentity(table: Table): RowIdentity {
  const stored = new Map(storedColumns(table).map((column) => [column.name, column]))
  const named = [...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques]
  const keys = named.filter(({ columns }) => columns.length > 0 && columns.every((name) => stored.has(name)))
  const complete = keys.find(({ columns }) => columns.every((name) => stored.get(name)?.nullable === false))
  return complete === undefined ? { columns: keys[0]?.columns ?? [], whole: true } : { columns: complete.columns, whole: false }
}

function rowId({ columns, whole }: RowIdentity, cells: readonly string[], line: Buffer): Pick<RowFacts, 'id' | 'alike'> {
  const own = cells.slice(0, columns.length)
  if (whole && (own.length === 0 || own.includes('null'))) return { id: createHash('sha256').update(line).digest('base64'), alike: true }
  return { id: shortKey(joinKey(own)), alike: false }
}

/** Canonical cells hold no newline. */
export function joinKey(cells: readonly string[]): string {
  return cells.join('\n')
}

export function splitKey(key: string): string[] {
  return key.split('\n')
}

/** For sets where a key is only found again: a long one by its digest. */
export function shortKey(key: string): string {
  return key.length > LONG ? createHash('sha256').update(key).digest('base64') : key
}
