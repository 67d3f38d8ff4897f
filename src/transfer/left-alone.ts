import { emptyProfile } from '../profiles/profile.js'
import type { Table } from '../schema/schema.js'
import type { ImportOptions } from './import-options.js'

/** Whether an import passes over a table because the profile says so; one that --include names itself is imported. */
export function isLeftAlone({ id }: Table, { profile = emptyProfile, include = [] }: Pick<ImportOptions, 'profile' | 'include'>): boolean {
  return profile.leaveAlone.includes(id) && !include.includes(id)
}

/** One sentence a table. */
export function aloneNotes(tables: readonly Table[]): readonly string[] {
  return tables.map(({ id }) => `table ${id} was left alone: what it holds is true of one running server only (--include ${id} imports it)`)
}
