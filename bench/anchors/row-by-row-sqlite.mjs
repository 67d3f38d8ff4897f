// What a migration script does: look each row up by its natural key, compare, update or insert. Usage: TARGET EDITED SAMPLE
import Database from 'better-sqlite3'
import { clock, readSample } from './merge-sample.mjs'

const [target, edited, size] = process.argv.slice(2)
const COLUMNS = ['uid', 'parent_id', 'name', 'qty', 'price', 'ok', 'note', 'meta', 'body', 'created_at', 'big']
const read = readSample(edited, Number(size))
const db = new Database(target)
db.defaultSafeIntegers()

const findParent = db.prepare('SELECT id, name FROM parent WHERE code = ?')
const updateParent = db.prepare('UPDATE parent SET name = ? WHERE id = ?')
const insertParent = db.prepare('INSERT INTO parent (code, name) VALUES (?, ?) RETURNING id').pluck()
const findItem = db.prepare('SELECT * FROM item WHERE uid = ?')
const updateItem = db.prepare(`UPDATE item SET ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`)
const insertItem = db.prepare(`INSERT INTO item (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')}) RETURNING id`).pluck()
const findLink = db.prepare('SELECT weight FROM link WHERE item_id = ? AND parent_id = ?')
const updateLink = db.prepare('UPDATE link SET weight = ? WHERE item_id = ? AND parent_id = ?')
const insertLink = db.prepare('INSERT INTO link (item_id, parent_id, weight) VALUES (?, ?, ?)')

const parents = new Map()
const items = new Map()
const same = (a, b) => a === b || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b))

const work = {
  parent({ id, code, name }) {
    const found = findParent.get(code)
    if (found !== undefined && found.name !== name) updateParent.run(name, found.id)
    parents.set(id, found?.id ?? insertParent.get(code, name))
  },
  item(row) {
    const wanted = { ...row, parent_id: parents.get(row.parent_id) }
    const values = COLUMNS.map((column) => wanted[column])
    const found = findItem.get(row.uid)
    if (found !== undefined && !COLUMNS.every((column) => same(found[column], wanted[column]))) updateItem.run(...values, found.id)
    items.set(row.id, found?.id ?? insertItem.get(...values))
  },
  link(row) {
    const [item, parent] = [items.get(row.item_id), parents.get(row.parent_id)]
    const found = findLink.get(item, parent)
    if (found === undefined) insertLink.run(item, parent, row.weight)
    else if (found.weight !== row.weight) updateLink.run(row.weight, item, parent)
  },
}

db.exec('BEGIN IMMEDIATE')
await clock(read, work, () => db.exec('COMMIT'))
db.close()
