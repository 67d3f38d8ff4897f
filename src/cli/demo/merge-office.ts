import Database from 'better-sqlite3'
import type { ImportReport } from '../../transfer/import-options.js'
import { planImport, runImport } from '../../transfer/run-import.js'
import type { DemoOptions } from './demo-options.js'
import { makeOfficeDatabase } from './office-database.js'

/** A merge into a database that has other ids. */
export interface OfficeMerge {
  readonly planned: ImportReport
  readonly merged: ImportReport
  readonly again: ImportReport
  /** One person under the ids of both, and their orders after the merge, by the office's id. */
  readonly person: { readonly email: string; readonly there: number; readonly here: number; readonly orders: number }
}

const EMAIL = 'person7@example.org'

export async function mergeOffice(archive: string, sample: string, office: string, options: DemoOptions): Promise<OfficeMerge> {
  makeOfficeDatabase(office)
  const here = personId(office)
  const planned = await planImport({ input: archive, store: office, ...options })
  const merged = await runImport({ input: archive, store: office, ...options })
  const again = await runImport({ input: archive, store: office, ...options })
  return { planned, merged, again, person: { email: EMAIL, there: personId(sample), here, orders: ordersOf(office, here) } }
}

function personId(path: string): number {
  return query(path, 'SELECT id FROM people WHERE email = ?', EMAIL)
}

function ordersOf(path: string, buyer: number): number {
  return query(path, 'SELECT count(*) FROM orders WHERE buyer_id = ?', buyer)
}

function query(path: string, sql: string, value: string | number): number {
  const db = new Database(path, { readonly: true })
  try {
    return Number(db.prepare(sql).pluck().get(value))
  } finally {
    db.close()
  }
}
