import Database from 'better-sqlite3'
import { makeSample } from './machine/make-sample.mjs'

const PROBE = 5000
// Bytes as tab-separated text, as COPY would write it: blobs as hex behind \x.
const WIDE = ['id', 'uid', 'parent_id', 'name', 'qty', 'price', 'ok', 'note', 'meta', 'created_at', 'big'].map((column) => `length(CAST(${column} AS BLOB)) + 1`)
const SIZES = [
  `SELECT sum(${WIDE.join(' + ')} + coalesce(2 + 2 * length(body), 2)) FROM item`,
  'SELECT sum(length(item_id) + length(parent_id) + length(weight) + 3) FROM link',
  'SELECT sum(length(id) + length(code) + length(CAST(name AS BLOB)) + 3) FROM parent',
]

/** How many wide rows it takes, with their narrow rows and parents, to come to so many gigabytes of text. */
export async function rowsOf(gigabytes, { at, remove }) {
  await makeSample(at('probe.db'), PROBE)
  const db = new Database(at('probe.db'), { readonly: true })
  const bytes = SIZES.reduce((sum, size) => sum + db.prepare(size).pluck().get(), 0)
  db.close()
  remove('probe.db')
  return Math.ceil((gigabytes * 1e9) / (bytes / PROBE))
}
