// What a migration script does: look each row up by its natural key, compare, update or insert. Usage: TARGET EDITED SAMPLE
import { isDeepStrictEqual } from 'node:util'
import pg from 'pg'
import { clock, readSample } from './merge-sample.mjs'

const [target, edited, size] = process.argv.slice(2)
const COLUMNS = ['uid', 'parent_id', 'name', 'qty', 'price', 'ok', 'note', 'meta', 'body', 'created_at', 'big']
const read = readSample(edited, Number(size))
// As PostgreSQL gives them back: pg makes numbers of int4 and float8 and texts of int8.
read.sample.item = read.sample.item.map((row) => ({ ...row, qty: Number(row.qty), ok: row.ok === 1n, meta: JSON.parse(row.meta), big: String(row.big) }))
pg.types.setTypeParser(pg.types.builtins.TIMESTAMP, String)
const client = new pg.Client(target)
await client.connect()

/** A statement that is parsed once, by its name. */
const prepared = (name, text) => async (...values) => (await client.query({ name, text, values })).rows[0]
const numbered = (from, separator, write) => COLUMNS.map((column, index) => write(column, `$${index + from}`)).join(separator)

const findParent = prepared('find-parent', 'SELECT id, name FROM parent WHERE code = $1')
const updateParent = prepared('update-parent', 'UPDATE parent SET name = $1 WHERE id = $2')
const insertParent = prepared('insert-parent', 'INSERT INTO parent (code, name) VALUES ($1, $2) RETURNING id')
const findItem = prepared('find-item', 'SELECT * FROM item WHERE uid = $1')
const updateItem = prepared('update-item', `UPDATE item SET ${numbered(2, ', ', (column, place) => `${column} = ${place}`)} WHERE id = $1`)
const insertItem = prepared('insert-item', `INSERT INTO item (${COLUMNS.join(', ')}) VALUES (${numbered(1, ', ', (_, place) => place)}) RETURNING id`)
const findLink = prepared('find-link', 'SELECT weight FROM link WHERE item_id = $1 AND parent_id = $2')
const updateLink = prepared('update-link', 'UPDATE link SET weight = $1 WHERE item_id = $2 AND parent_id = $3')
const insertLink = prepared('insert-link', 'INSERT INTO link (item_id, parent_id, weight) VALUES ($1, $2, $3)')

const parents = new Map()
const items = new Map()
const same = (a, b) => a === b || (typeof a === 'object' && typeof b === 'object' && isDeepStrictEqual(a, b))

const work = {
  async parent({ id, code, name }) {
    const found = await findParent(code)
    if (found !== undefined && found.name !== name) await updateParent(name, found.id)
    parents.set(id, (found ?? (await insertParent(code, name))).id)
  },
  async item(row) {
    const wanted = { ...row, parent_id: parents.get(row.parent_id) }
    const values = COLUMNS.map((column) => wanted[column])
    const found = await findItem(row.uid)
    if (found !== undefined && !COLUMNS.every((column) => same(found[column], wanted[column]))) await updateItem(found.id, ...values)
    items.set(row.id, (found ?? (await insertItem(...values))).id)
  },
  async link(row) {
    const [item, parent] = [items.get(row.item_id), parents.get(row.parent_id)]
    const found = await findLink(item, parent)
    if (found === undefined) await insertLink(item, parent, row.weight)
    else if (found.weight !== row.weight) await updateLink(row.weight, item, parent)
  },
}

await client.query('BEGIN')
await clock(read, work, () => client.query('COMMIT'))
await client.end()
