import { join } from 'node:path'
import { expect } from 'vitest'
import { exportStore, planImport, runImport, type ExportOptions, type ImportOptions, type ImportReport } from '../../src/index.js'
import { emptyProfile, type Profile } from '../../src/profiles/profile.js'
import type { DeclaredReference } from '../../src/schema/declared-reference.js'
import { createDatabase } from '../postgres/database.js'
import { scratch, sqliteDatabase, type SmallDatabase } from './two-databases.js'

export const SERVERS = ['SQLite', 'PostgreSQL 12', 'PostgreSQL 18'] as const
export type Server = (typeof SERVERS)[number]

/** A database made by a script, which may break references that SQLite does not check. */
export async function database(server: Server, script: string): Promise<SmallDatabase> {
  if (server !== 'SQLite') {
    const made = await createDatabase(server === 'PostgreSQL 12' ? 12 : 18)
    await made.run(script)
    return { store: made.url, run: async (sql) => made.run(sql), rows: async (sql) => (await made.query(sql)).map((row) => row.map((value) => value ?? 'NULL').join('|')) }
  }
  return sqliteDatabase(script, 'OFF')
}

/** `[columns, table, place]`, by table. */
export type References = Readonly<Record<string, readonly (Partial<DeclaredReference> & Pick<DeclaredReference, 'columns' | 'table'>)[]>>

export function profileOf(references: References, more: Partial<Profile> = {}): Profile {
  const full = Object.entries(references).map(([table, each]) => [table, each.map((reference) => ({ targetColumns: [], place: { kind: 'columns' as const }, when: null, ...reference }))] as const)
  return { ...emptyProfile, references: Object.fromEntries(full), ...more }
}

export const inside = (path: string): DeclaredReference['place'] => ({ kind: 'inside', path: path.split('.') })
export const list = (separator: string): DeclaredReference['place'] => ({ kind: 'list', separator })

export interface Move {
  readonly profile?: Profile
  readonly exporting?: Partial<ExportOptions>
  readonly importing?: Partial<ImportOptions>
}

/** Exports, plans, imports and imports again: the plan tells what the import does, and the second import changes nothing. */
export async function move(from: SmallDatabase, into: SmallDatabase, { profile, exporting, importing }: Move = {}): Promise<ImportReport> {
  const options = await archived(from, into, { ...(profile === undefined ? {} : { profile }), ...(exporting === undefined ? {} : { exporting }), ...(importing === undefined ? {} : { importing }) })
  const planned = await planImport(options)
  const done = await runImport(options)
  expect(planned.totals).toEqual(done.totals)
  expect(planned.notes).toEqual(done.notes)
  const again = await runImport({ ...options, create: false })
  expect(again.totals, 'a second import').toMatchObject({ new: 0, changed: 0, deleted: 0, conflicting: 0 })
  return done
}

/** The options of an import of what `from` exports. */
export async function archived(from: SmallDatabase, into: SmallDatabase, { profile, exporting, importing }: Move = {}): Promise<ImportOptions> {
  const input = join(scratch(), 'archive.tar.gz')
  await exportStore({ store: from.store, output: input, compressionLevel: 1, ...(profile === undefined ? {} : { profile }), ...exporting })
  return { input, store: into.store, ...(profile === undefined ? {} : { profile }), ...importing }
}
