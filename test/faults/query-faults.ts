import Database from 'better-sqlite3'
import type { Fault, Faults } from './faults.js'

/**
 * What happens to the n-th use of SQLite. `SQLITE_IOERR` and `SQLITE_BUSY`: it fails. `SQLITE_FULL`: it fails, and the transaction is rolled
 * back before it says so, as SQLite does where it must. `gone`: it and all after it fail.
 * `lost`: among the statements that write rows of the database itself the n-th does nothing, as where a trigger made SQLite ignore it.
 */
export type QueryMode = 'SQLITE_IOERR' | 'SQLITE_FULL' | 'SQLITE_BUSY' | 'gone' | 'lost'

type Method = (this: unknown, ...args: unknown[]) => unknown

const MESSAGES: Readonly<Record<string, string>> = { SQLITE_IOERR: 'disk I/O error', SQLITE_FULL: 'database or disk is full', SQLITE_BUSY: 'database is locked' }

/** Puts itself before every statement that better-sqlite3 prepares or runs, and before every row it steps to, until `restore`. */
export function queryFaults(): Faults<QueryMode> {
  const probe = new Database(':memory:')
  const statement = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Record<string, Method>
  probe.close()
  const database = Database.prototype as unknown as Record<string, Method>
  const exec = database['exec']!
  let mode: QueryMode = 'SQLITE_IOERR'
  let at = 0
  let count = 0
  let struck: Fault | null = null
  let within = false

  const meet = (db: Database.Database, what: string, before?: () => void): void => {
    if (at === 0 || within || mode === 'lost') return
    count += 1
    if (count < at || (count > at && mode !== 'gone')) return
    struck ??= { what: what.replaceAll(/\s+/g, ' ').slice(0, 120), removes: false, after: false }
    before?.()
    if (mode === 'SQLITE_FULL' && db.inTransaction) exec.call(db, 'ROLLBACK')
    const code = mode === 'gone' ? 'SQLITE_IOERR' : mode
    throw new Database.SqliteError(MESSAGES[code] ?? '', code)
  }
  const loses = (source: string): boolean => {
    if (at === 0 || mode !== 'lost' || !/^\s*(?:INSERT\s[^(]*?INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"?main"?\./i.test(source)) return false
    count += 1
    if (count !== at) return false
    struck = { what: source.replaceAll(/\s+/g, ' ').slice(0, 120), removes: false, after: false }
    return true
  }
  /** What better-sqlite3 does inside one call is one operation. */
  const alone = <T>(work: () => T): T => {
    const before = within
    within = true
    try {
      return work()
    } finally {
      within = before
    }
  }

  const undo: (() => void)[] = []
  const patch = (holder: Record<string, Method>, name: string, wrap: (original: Method) => Method): void => {
    const original = holder[name]!
    holder[name] = wrap(original)
    undo.push(() => (holder[name] = original))
  }
  for (const name of ['prepare', 'exec', 'pragma']) {
    patch(database, name, (original) => function (...args) {
      meet(this as Database.Database, `${name} ${String(args[0])}`)
      return alone(() => original.apply(this, args))
    })
  }
  for (const name of ['run', 'get', 'all']) {
    patch(statement, name, (original) => function (...args) {
      const { database: db, source } = this as Database.Statement
      meet(db, `${name} ${source}`)
      if (loses(source)) return { changes: 0, lastInsertRowid: 0 }
      return original.apply(this, args)
    })
  }
  patch(statement, 'iterate', (original) => function (...args) {
    const { database: db, source } = this as Database.Statement
    meet(db, `iterate ${source}`)
    const rows = original.apply(this, args) as IterableIterator<unknown>
    const stepping: IterableIterator<unknown> = {
      next: () => {
        // A statement that failed is reset.
        meet(db, `step ${source}`, () => rows.return?.())
        return rows.next()
      },
      return: (value?: unknown) => rows.return?.(value) ?? { done: true, value },
      [Symbol.iterator]: () => stepping,
    }
    return stepping
  })

  return {
    arm: (next, n) => {
      mode = next
      at = n
      count = 0
      struck = null
    },
    disarm: () => {
      at = 0
      return { seen: count, fault: struck }
    },
    restore: () => {
      for (const each of undo) each()
    },
  }
}
