import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from '../../sql.js'
import { removeFile, temporaryNames } from './new-file.js'

/**
 * Removes what imports into this new file that were killed have left beside it: half a database with its journal, which no
 * process holds. Whatever is in doubt stays, so a finished one too, and that somebody is just publishing.
 */
export function removeStale(path: string): void {
  const folder = dirname(path)
  const journal = new RegExp(`^(${temporaryNames(basename(path)).source})-journal$`)
  for (const name of entries(folder)) {
    const own = journal.exec(name)?.[1]
    if (own !== undefined && isAbandoned(join(folder, own))) removeFile(join(folder, own))
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** An import holds the write lock of its file for as long as there is a journal. */
function isAbandoned(temporary: string): boolean {
  let db: Database.Database | null = null
  try {
    db = new Database(temporary, { fileMustExist: true, timeout: 0 })
    db.exec(sql`BEGIN EXCLUSIVE; ROLLBACK`.text)
    return true
  } catch {
    return false
  } finally {
    db?.close()
  }
}
