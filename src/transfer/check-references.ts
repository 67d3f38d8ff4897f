import { createHash } from 'node:crypto'
import { present } from '../errors/present.js'
import { comparableKey } from '../rows/comparable-key.js'
import { cellPicker } from '../rows/pick-cells.js'
import { linesOf } from '../rows/split-row.js'
import type { Column, Reference, Schema, Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import { keyStore } from './key-store.js'
import { waitingKeys } from './waiting-keys.js'

export interface BrokenReference {
  readonly table: string
  readonly reference: Reference
  /** How many different values lead nowhere. */
  readonly values: number
  /** Up to five of them, with the first row that holds each. */
  readonly examples: readonly { readonly value: string; readonly row: number }[]
}

export interface ReferenceCheck {
  /** Takes a batch of a table's canonical lines. Tables come in the order of the schema, each with all its batches. */
  add(table: Table, bytes: Buffer): void
  /** Takes stubs, as lines of the table's stored columns; they come before any row. */
  addStubs(table: Table, bytes: Buffer): void
  broken(): readonly BrokenReference[]
  close(): void
}

const LONG_KEY = 120
const EXAMPLES = 5

interface Lost {
  values: number
  readonly examples: { value: string; row: number }[]
}

/**
 * Checks that every reference between the tables of a schema resolves among the rows and stubs given, in constant memory. A
 * reference to a table that came before is looked up at once; only those that lead forward or to the table itself wait.
 * `stubTables` are those of which there are stubs alone.
 */
export function referenceCheck(schema: Schema, stubTables: readonly Table[] = []): ReferenceCheck {
  const plan = planReferences(schema, stubTables)
  const found = keyStore()
  // Each value is judged once: what is seen here was either found, or counted as lost, or waits.
  const judged = keyStore()
  const waiting = waitingKeys()
  const lost = plan.references.map((): Lost => ({ values: 0, examples: [] }))
  const rows = new Map<string, number>()

  const judge = (id: number, key: string, value: string, row: number): void => {
    const target = plan.references[id]
    const missed = lost[id]
    if (target === undefined || missed === undefined || found.has(target.keySet, key)) return
    missed.values += 1
    if (missed.examples.length < EXAMPLES) missed.examples.push({ value, row })
  }

  return {
    add: (table, bytes) => {
      const work = plan.work.get(table.id)
      if (work === undefined) return
      let row = rows.get(table.id) ?? 0
      for (const line of linesOf(bytes)) {
        row += 1
        const cells = work.pick(line)
        if (cells === null) continue
        for (const { id, from, columns, kind } of work.keys) {
          const picked = cells.slice(from, from + columns.length)
          const key = comparableKey(picked, columns)
          if (key === null) continue
          const short = shortened(key)
          if (kind === 'present') found.add(id, short)
          else if (!judged.has(id, short)) {
            judged.add(id, short)
            const value = picked.join(', ').slice(0, LONG_KEY)
            if (kind === 'backward') judge(id, short, value, row)
            else waiting.add(id, short, value, row)
          }
        }
      }
      rows.set(table.id, row)
    },
    addStubs: (table, bytes) => {
      const names = storedColumns(table).map(({ name }) => name)
      for (const { id, names: keyed } of plan.keySets.filter((keySet) => keySet.table.id === table.id)) {
        const columns = columnsOf(table, keyed)
        if (columns === null) continue
        const pick = cellPicker(names, keyed)
        for (const line of linesOf(bytes)) {
          const cells = pick(line)
          const key = cells === null ? null : comparableKey(cells, columns)
          if (key !== null) found.add(id, shortened(key))
        }
      }
    },
    broken: () => {
      waiting.leave(judge)
      return plan.references.flatMap(({ table, reference }, id) => {
        const { values, examples } = present(lost[id])
        return values === 0 ? [] : [{ table: table.id, reference, values, examples }]
      })
    },
    close: () => {
      found.close()
      judged.close()
      waiting.close()
    },
  }
}

function shortened(key: string): string {
  return key.length > LONG_KEY ? createHash('sha256').update(key).digest('hex') : key
}

interface KeyWork {
  readonly id: number
  /** Where its cells start among those picked. */
  readonly from: number
  readonly columns: readonly Column[]
  /** A key that is there, or one referred to: in a table that came before, or that is still to come or coming. */
  readonly kind: 'present' | 'backward' | 'forward'
}

interface TableWork {
  readonly pick: (line: Uint8Array) => string[] | null
  readonly keys: readonly KeyWork[]
}

interface ReferencePlan {
  readonly references: readonly { readonly table: Table; readonly reference: Reference; readonly keySet: number }[]
  readonly keySets: readonly { readonly id: number; readonly table: Table; readonly names: readonly string[] }[]
  readonly work: ReadonlyMap<string, TableWork>
}

function planReferences(schema: Schema, stubTables: readonly Table[]): ReferencePlan {
  const tables = new Map([...schema.tables, ...stubTables].map((table) => [table.id, table]))
  const keySets = new Map<string, { id: number; table: Table; names: readonly string[] }>()
  const references: { table: Table; reference: Reference; keySet: number; compared: readonly Column[] }[] = []
  for (const table of schema.tables) {
    for (const reference of table.references) {
      const parent = tables.get(reference.table)
      const compared = parent === undefined ? null : columnsOf(parent, reference.targetColumns)
      if (parent === undefined || compared === null || columnsOf(table, reference.columns) === null) continue
      const name = JSON.stringify([parent.id, reference.targetColumns])
      const keySet = keySets.get(name) ?? { id: keySets.size, table: parent, names: reference.targetColumns }
      keySets.set(name, keySet)
      references.push({ table, reference, keySet: keySet.id, compared })
    }
  }
  const work = new Map<string, TableWork>()
  const order = new Map([...stubTables.map(({ id }) => [id, -1] as const), ...schema.tables.map(({ id }, at) => [id, at] as const)])
  for (const [at, table] of schema.tables.entries()) {
    const picks: string[] = []
    const keys: KeyWork[] = []
    const need = (id: number, names: readonly string[], columns: readonly Column[], kind: KeyWork['kind']): void => {
      keys.push({ id, from: picks.length, columns, kind })
      picks.push(...names)
    }
    for (const { id, table: owner, names } of keySets.values()) if (owner === table) need(id, names, present(columnsOf(table, names)), 'present')
    for (const [id, { table: owner, reference, compared }] of references.entries()) {
      if (owner === table) need(id, reference.columns, compared, present(order.get(reference.table)) < at ? 'backward' : 'forward')
    }
    if (keys.length > 0) work.set(table.id, { pick: cellPicker(storedColumns(table).map(({ name }) => name), picks), keys })
  }
  return { references, keySets: [...keySets.values()], work }
}

/** The stored columns of those names; null when one is not stored. */
function columnsOf(table: Table, names: readonly string[]): readonly Column[] | null {
  const found = names.flatMap((name) => storedColumns(table).filter((column) => column.name === name))
  return found.length === names.length ? found : null
}
