import Database from 'better-sqlite3'

/**
 * Wide rows from all over the file, as many as asked for or nearly, with their links and with the parents that both
 * refer to. All of them are in memory before a program starts its clock.
 */
export function readSample(path, size) {
  const db = new Database(path, { readonly: true })
  const total = (table) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  // Multiplied by a large odd number, the ids are scattered: every tenth row is changed, so a stride would not do.
  const items = db.prepare('SELECT * FROM item WHERE ((id * 2654435761) & 4294967295) < ? ORDER BY id').safeIntegers()
    .all(Math.ceil((size / total('item')) * 2 ** 32))
  const link = db.prepare('SELECT * FROM link WHERE item_id = ?').safeIntegers()
  const links = items.flatMap(({ id }) => link.all(id))
  const parent = db.prepare('SELECT * FROM parent WHERE id = ?').safeIntegers()
  const parents = [...new Set([...items, ...links].map(({ parent_id: id }) => id))].sort((a, b) => Number(a - b)).map((id) => parent.get(id))
  const sample = { parent: parents, item: items, link: links }
  const totals = { parent: total('parent'), item: total('item'), link: total('link') }
  db.close()
  return { sample, totals }
}

/** Runs the three tables in the order that the references need, then commits, and prints what each took. */
export async function clock({ sample, totals }, work, commit) {
  const tables = []
  for (const table of ['parent', 'item', 'link']) {
    const rows = sample[table]
    const started = performance.now()
    for (const row of rows) await work[table](row)
    tables.push({ table, seconds: (performance.now() - started) / 1e3, rows: Math.max(rows.length, 1), total: totals[table] })
  }
  const started = performance.now()
  await commit()
  console.log(JSON.stringify({ tables, commit: (performance.now() - started) / 1e3 }))
}
