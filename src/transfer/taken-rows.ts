import { present } from '../errors/present.js'
import type { Table } from '../schema/schema.js'
import { keyStore } from './key-store.js'
import type { RowFacts } from './row-facts.js'

/** Which rows were taken, so that each is taken once. */
export interface TakenRows {
  /** Begins to hear what one statement gives; a statement gives each row once. */
  begin(): void
  /** True the first time. */
  take(table: Table, row: RowFacts): boolean
  close(): void
}

/** `tables` are all that may occur. */
export function takenRows(tables: readonly Table[]): TakenRows {
  const numbers = new Map(tables.map(({ id }, index) => [id, index]))
  const taken = keyStore()
  // Rows of a table without a key may be the same in every column: what one statement gives twice is two rows.
  let now = keyStore()
  return {
    begin: () => {
      now.close()
      now = keyStore()
    },
    take: ({ id }, row) => {
      const number = present(numbers.get(id))
      if (taken.has(number, row.id)) return row.alike && now.has(number, row.id)
      taken.add(number, row.id)
      if (row.alike) now.add(number, row.id)
      return true
    },
    close: () => {
      taken.close()
      now.close()
    },
  }
}
