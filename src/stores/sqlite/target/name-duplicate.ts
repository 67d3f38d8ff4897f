import type { HoldallError } from '../../../errors/holdall-error.js'
import { ident, join, sql } from '../../sql.js'
import { mapError } from '../map-error.js'
import { readTableIndexes } from '../table-indexes.js'
import { keyText } from './key-text.js'
import { isUniqueFailure } from './row-failure.js'
import type { ImportSession } from './session.js'

/** The failure of building a unique index over rows that are there, with a key that is there twice. */
export function nameDuplicate({ db, store }: ImportSession, table: string, error: unknown): HoldallError {
  const place = { store, table }
  if (!isUniqueFailure(error)) return mapError(error, place)
  for (const { unique, partial, parts } of readTableIndexes(db, table)) {
    const columns = parts.flatMap(({ column, collation }) => (column === null ? [] : [{ column: ident(column), collation: ident(collation), name: column }]))
    if (!unique || partial || columns.length < parts.length) continue
    // The index itself holds nothing yet, or not all.
    const found = db
      .prepare(
        sql`SELECT ${join(columns.map(({ column }) => column))} FROM main.${ident(table)} NOT INDEXED WHERE ${join(columns.map(({ column }) => sql`${column} IS NOT NULL`), ' AND ')}
            GROUP BY ${join(columns.map(({ column, collation }) => sql`${column} COLLATE ${collation}`))} HAVING count(*) > 1 LIMIT 1`.text,
      )
      .raw()
      .safeIntegers()
      .get() as unknown[] | undefined
    if (found !== undefined) return mapError(error, { ...place, key: keyText(columns.map(({ name }) => name), found) })
  }
  return mapError(error, place)
}
