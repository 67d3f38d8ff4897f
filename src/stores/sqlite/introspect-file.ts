import type Database from 'better-sqlite3'
import { present } from '../../errors/present.js'
import type { FileSettings } from '../../schema/schema.js'
import { textEncoding } from './reader-functions.js'

const AUTO_VACUUM = ['none', 'full', 'incremental'] as const

/** What the file's header says that an application may build on. */
export function introspectFile(db: Database.Database): FileSettings {
  const number = (pragma: string): number => Number(db.pragma(`main.${pragma}`, { simple: true }))
  return {
    userVersion: number('user_version'),
    applicationId: number('application_id'),
    encoding: textEncoding(db),
    pageSize: number('page_size'),
    autoVacuum: present(AUTO_VACUUM[number('auto_vacuum')]),
    journal: db.pragma('main.journal_mode', { simple: true }) === 'wal' ? 'wal' : 'rollback',
  }
}
