import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { emptyProfile, frozenRecord, type Profile } from '../../src/profiles/profile.js'
import type { DeclaredReference } from '../../src/schema/declared-reference.js'
import type { ExportOptions, ExportReport } from '../../src/transfer/export-options.js'
import { exportStore } from '../../src/transfer/export-store.js'
import { openInput } from '../../src/transfer/open-input.js'

/** A folder and a SQLite database in it, gone after the test. */
export function sqliteStore(script: string): { readonly folder: string; readonly store: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdall-selection-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'app.db')
  const db = new Database(store)
  db.pragma('foreign_keys = OFF')
  db.exec(script)
  db.close()
  return { folder, store }
}

export interface Content {
  readonly report: ExportReport
  readonly path: string
  /** Lines by table. */
  readonly rows: Readonly<Record<string, readonly string[]>>
  /** Lines by table, of those that have stubs. */
  readonly stubs: Readonly<Record<string, readonly string[]>>
}

/** Exports and reads everything back. */
export async function exported(folder: string, options: Omit<ExportOptions, 'output'> & { readonly output?: string }): Promise<Content> {
  const path = join(folder, options.output ?? (options.format === undefined || options.format === 'archive' ? 'out.tar.gz' : 'out.json'))
  const report = await exportStore({ overwrite: true, ...options, output: path })
  return { report, path, ...(await contentOf(path)) }
}

export async function contentOf(path: string): Promise<Pick<Content, 'rows' | 'stubs'>> {
  const input = await openInput({ input: path })
  try {
    const { schema, stubs: columns } = input.archive.schema
    const rows: Record<string, string[]> = {}
    const stubs: Record<string, string[]> = {}
    for (const { id } of schema.tables) rows[id] = await lines(input.archive.rows(id))
    for (const id of Object.keys(columns)) {
      const found = await lines(input.archive.stubs(id))
      if (found.length > 0) stubs[id] = found
    }
    return { rows, stubs }
  } finally {
    await input.close()
  }
}

async function lines(batches: AsyncIterable<{ readonly bytes: Buffer }>): Promise<string[]> {
  const found: string[] = []
  for await (const { bytes } of batches) found.push(...bytes.toString('utf8').split('\n').slice(0, -1))
  return found.sort()
}

/** A profile with references and whatever else is given. */
export function profileOf(references: Readonly<Record<string, readonly Partial<DeclaredReference>[]>>, more: Partial<Profile> = {}): Profile {
  const filled = Object.entries(references).map(([table, all]) => [
    table, all.map((each): DeclaredReference => ({ columns: [], table: '', targetColumns: [], place: { kind: 'columns' }, when: null, ...each })),
  ] as const)
  return { ...emptyProfile, name: 'shop', references: frozenRecord(filled), ...more }
}
