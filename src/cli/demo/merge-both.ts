import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { ConflictRow } from '../../stores/import-table.js'
import { exportStore } from '../../transfer/export-store.js'
import type { ImportReport } from '../../transfer/import-options.js'
import { planImport, runImport } from '../../transfer/run-import.js'
import type { DemoOptions } from './demo-options.js'

/** A three-way merge of two databases that were worked with since the archive from which one was made. */
export interface BothMerge {
  readonly planned: ImportReport
  readonly conflict: Pick<ConflictRow, 'key' | 'columns' | 'base' | 'ours' | 'theirs'>
  readonly decided: ImportReport
  readonly merged: ImportReport
  readonly again: ImportReport
}

const THERE = `
  UPDATE people SET name = 'Zoë Ångström-Petrov' WHERE id = 8;
  UPDATE people SET settings = '{"theme":"there"}' WHERE id = 16;
  INSERT INTO people (id, email, name, team_id) VALUES (501, 'there@example.org', 'New there', 1);
  DELETE FROM order_lines WHERE region = (SELECT min(region) FROM orders) AND line = 7;
`
const HERE = `
  UPDATE people SET name = 'Zoë of the living database' WHERE id = 8;
  UPDATE people SET born = '1951-01-01' WHERE id = 16;
  INSERT INTO people (id, email, name, team_id) VALUES (501, 'here@example.org', 'New here', 2);
`

/** `there` was made from `base`; it goes back into `here`. */
export async function mergeBoth(folder: string, { here, there, base }: { readonly here: string; readonly there: string; readonly base: string }, options: DemoOptions): Promise<BothMerge> {
  change(there, THERE)
  change(here, HERE)
  const [input, conflicts, resolutions] = ['there.tar.gz', 'conflicts.jsonl', 'decided.jsonl'].map((name) => join(folder, name)) as [string, string, string]
  await exportStore({ store: there, output: input, derivedFrom: [base], ...options })
  // Each database keeps the audit of its own changes.
  const merge = { input, store: here, strategy: 'three-way', exclude: ['audit'], ...options } as const
  const planned = await planImport({ ...merge, conflicts })
  const conflict = await decide(conflicts, resolutions)
  const decided = await planImport({ ...merge, resolutions })
  const merged = await runImport({ ...merge, resolutions })
  return { planned, conflict, decided, merged, again: await runImport({ ...merge, resolutions }) }
}

/** Decides for their side of every conflict; gives the first. */
async function decide(from: string, to: string): Promise<BothMerge['conflict']> {
  const lines = (await readFile(from, 'utf8')).trimEnd().split('\n')
  const rows = lines.map((line) => JSON.parse(line) as object).map((line) => ('row' in line ? { ...line, resolution: 'theirs' } : line))
  await writeFile(to, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return rows.find((row) => 'row' in row) as unknown as ConflictRow
}

function change(path: string, sql: string): void {
  const db = new Database(path)
  try {
    db.exec(sql)
  } finally {
    db.close()
  }
}
