import type Database from 'better-sqlite3'
import type { FileSettings } from '../../../schema/schema.js'
import { literal, sql } from '../../sql.js'

const AUTO_VACUUM = Object.freeze({ none: 0, full: 1, incremental: 2 })

/** Gives an empty file the header of another one. The first three can be chosen only before anything is in it. */
export function giveSettings(db: Database.Database, file: FileSettings): void {
  db.exec(
    sql`PRAGMA page_size = ${file.pageSize};
        PRAGMA encoding = ${literal(file.encoding)};
        PRAGMA auto_vacuum = ${AUTO_VACUUM[file.autoVacuum]};
        PRAGMA user_version = ${file.userVersion};
        PRAGMA application_id = ${file.applicationId}`.text,
  )
}
