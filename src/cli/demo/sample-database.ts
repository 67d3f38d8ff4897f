import Database from 'better-sqlite3'
import { numberSequence } from './number-sequence.js'
import { SAMPLE_SCHEMA } from './sample-schema.js'

const NAMES = ['Zoë Ångström', 'Иван Петров', '李小龙', 'Séamus Ó Sé', 'أمينة', 'Renée “Ren” O\'Hara', '🦊 Fox', 'Nguyễn Thị Minh']
const REGIONS = ['nord', 'süd', 'east', 'west']

/** Makes the demo's database at `path`: about 9,000 rows, the same every time. */
export function makeSampleDatabase(path: string): void {
  const db = new Database(path)
  try {
    db.exec(SAMPLE_SCHEMA)
    db.transaction(() => fill(db))()
  } finally {
    db.close()
  }
}

function fill(db: Database.Database): void {
  const random = numberSequence(42)
  const pick = <T>(values: readonly T[], fallback: T): T => values[Math.floor(random() * values.length)] ?? fallback
  db.pragma('defer_foreign_keys = ON')
  const team = db.prepare('INSERT INTO teams VALUES (?, ?, ?)')
  for (let id = 1; id <= 12; id += 1) team.run(id, `Team ${id} – ${NAMES[id % NAMES.length] ?? ''}`, id * 7)
  const person = db.prepare('INSERT INTO people (id, email, name, team_id, mentor_id, born, settings) VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (let id = 1; id <= 500; id += 1) {
    const settings = JSON.stringify({ theme: pick(['light', 'dark'], 'light'), tags: [id, 'ünïcode', null], big: id * 1e12 })
    const born = id % 9 === 0 ? null : `19${50 + (id % 50)}-0${1 + (id % 9)}-1${id % 10}`
    person.run(id, `person${id}@example.org`, pick(NAMES, ''), 1 + (id % 12), id % 4 === 0 ? (id * 31) % 500 || 500 : null, born, settings)
  }
  const order = db.prepare('INSERT INTO orders VALUES (?, ?, ?, ?)')
  const line = db.prepare('INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, ?)')
  for (let number = 1; number <= 1200; number += 1) {
    const region = pick(REGIONS, 'nord')
    order.run(region, number, 1 + Math.floor(random() * 500), `2026-0${1 + (number % 9)}-1${number % 10} 0${number % 10}:30:00`)
    for (let count = 1; count <= 1 + (number % 7); count += 1) {
      line.run(region, number, count, `Item “${count}”\n\tboxed`, Math.round(random() * 10_000) / 100, count % 3 === 0 ? null : random() * 1e-5)
    }
  }
  const entry = db.prepare('INSERT INTO ledger VALUES (?, ?, ?, ?)')
  const memos = [null, 7n, 2.5, 'seven', Buffer.from([0, 255, 7])]
  for (let id = 1; id <= 1500; id += 1) {
    entry.run(id, 9_223_372_036_854_775_807n - BigInt(id) * 12_345_678_901n, Buffer.from(`block ${id} ${random()}`), memos[id % memos.length])
  }
  const odd = db.prepare('INSERT INTO "sélect ""odd"" names" VALUES (?, ?, ?)')
  for (const value of ['', null, '01067', 1067n, -0, 9e999, 5e-324, 'nul\0inside', Buffer.alloc(0), Buffer.from('💾')]) odd.run(typeof value, value, 1 / 3)
  const note = db.prepare('INSERT INTO notes (rowid, title, body) VALUES (?, ?, ?)')
  for (let id = 1; id <= 300; id += 1) note.run(id * 3, `Note ${id}`, `${pick(NAMES, '')} wrote about ${pick(REGIONS, '')} and archives`)
}
