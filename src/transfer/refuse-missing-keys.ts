import type { Archive } from '../archive/open-archive.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { ProfileApplication } from '../profiles/application.js'
import { entryOf } from '../profiles/profile.js'
import type { KeyStore } from '../profiles/read-key-store.js'
import { cellPicker } from '../rows/pick-cells.js'
import { cellValue } from '../rows/cell-value.js'
import { linesOf } from '../rows/split-row.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'

/** Rows of one failure that are named. */
const MOST = 10

/** Every key that rows of these tables refer to is in the key store; '' and NULL refer to none. @throws KEY_MISSING, ROW_INVALID */
export async function refuseMissingKeys(archive: Archive, tables: readonly Table[], { keyColumns }: ProfileApplication, keys: KeyStore): Promise<void> {
  const missing: { readonly table: string; readonly column: string; readonly row: number; readonly id: string }[] = []
  for (const table of tables) {
    const stored = storedColumns(table)
    const columns = stored.filter(({ name }) => entryOf(keyColumns, table.id)?.includes(name) === true)
    if (columns.length === 0) continue
    const pick = cellPicker(stored.map(({ name }) => name), columns.map(({ name }) => name))
    for await (const { bytes, firstRow } of archive.rows(table.id)) {
      let row = firstRow
      for (const line of linesOf(bytes)) {
        const cells = pick(line)
        if (cells === null) throw new HoldallError('ROW_INVALID', { message: 'the row does not parse against its schema', table: table.id, row })
        for (const [index, column] of columns.entries()) {
          const id = cellValue(cells[index] ?? 'null', column)
          if (typeof id === 'string' && id !== '' && !keys.ids.has(id)) missing.push({ table: table.id, column: column.name, row, id })
          if (missing.length > MOST) return refuse(missing, keys)
        }
        row += 1
      }
    }
  }
  if (missing.length > 0) refuse(missing, keys)
}

function refuse(missing: readonly { readonly table: string; readonly column: string; readonly row: number; readonly id: string }[], keys: KeyStore): never {
  const [first, ...more] = missing.slice(0, MOST).map(({ id, ...place }) => ({ ...place, message: `the key ${JSON.stringify(id)} is not in the key store ${keys.path}` }))
  const details = more.map(({ table, row, message }) => `${table}, row ${row}: ${message}`)
  throw new HoldallError('KEY_MISSING', { message: '', ...first, details: missing.length > MOST ? [...details, 'And more.'] : details })
}
