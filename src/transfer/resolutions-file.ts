import type { Resolution, TableResolutions } from '../stores/import-table.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { jsonLines } from './json-lines.js'
import { parseResolution, type ResolvedArchive } from './parse-resolution.js'
import { resolutionsError } from './resolutions-error.js'
import { resolutionsHeader } from './resolutions-header.js'
import { openScratchDatabase } from './scratch-database.js'

/** What a person decided about conflicts, from a conflicts file whose resolutions were filled in. */
export interface Resolutions {
  /** The target that the conflicts were found in. */
  readonly store: string
  /** Lines that decide something. */
  readonly decisions: number
  /** By the table's id in the archive; null where nothing was decided. */
  of(table: string): TableResolutions | null
  close(): void
}

/**
 * Reads a resolutions file, a line at a time, and holds it against the archive. Lines without a resolution decide nothing.
 * @throws RESOLUTIONS_INVALID with the number of the line
 */
export async function readResolutions(path: string, archive: ResolvedArchive, signal?: AbortSignal): Promise<Resolutions> {
  const scratch = openScratchDatabase(
    'CREATE TABLE whole (name TEXT PRIMARY KEY, line INTEGER, resolution TEXT) WITHOUT ROWID; ' +
      'CREATE TABLE one (name TEXT, place TEXT, line INTEGER, row INTEGER, key TEXT, resolution TEXT, PRIMARY KEY (name, place)) WITHOUT ROWID',
  )
  try {
    const { db } = scratch
    const known = { whole: db.prepare('SELECT line FROM whole WHERE name = ?').pluck(), one: db.prepare('SELECT line FROM one WHERE name = ? AND place = ?').pluck() }
    const add = { whole: db.prepare('INSERT INTO whole VALUES (?, ?, ?)'), one: db.prepare('INSERT INTO one VALUES (?, ?, ?, ?, ?, ?)') }
    let store: string | null = null
    let decisions = 0
    for await (const { number, value } of linesOf(path)) {
      throwIfInterrupted(signal)
      if (store === null) {
        store = resolutionsHeader(value, path, number, archive.exportId)
        continue
      }
      const line = parseResolution(value, archive, (problem, hint) => resolutionsError(path, number, problem, hint))
      if (line === null) continue
      decisions += 1
      const place = line.kind === 'table' ? '' : JSON.stringify(line.row ?? line.key)
      const before = (line.kind === 'table' ? known.whole.get(line.table) : known.one.get(line.table, place)) as number | undefined
      if (before !== undefined) throw resolutionsError(path, number, `line ${before} decides the same already`)
      if (line.kind === 'table') add.whole.run(line.table, number, line.resolution)
      else add.one.run(line.table, place, number, line.row, line.key, JSON.stringify(line.resolution))
    }
    if (store === null) throw resolutionsError(path, null, 'the file is empty')
    const otherwise = db.prepare('SELECT resolution FROM whole WHERE name = ?').pluck()
    const rows = db.prepare('SELECT row, key, resolution FROM one WHERE name = ? ORDER BY row, key')
    return {
      store,
      decisions,
      of: (table) => {
        const whole = otherwise.get(table) as 'theirs' | 'ours' | undefined
        const found = (rows.all(table) as { row: number | null; key: string; resolution: string }[]).map((each) => ({ ...each, resolution: JSON.parse(each.resolution) as Resolution }))
        return whole === undefined && found.length === 0 ? null : { otherwise: whole ?? null, rows: found }
      },
      close: scratch.close,
    }
  } catch (error) {
    scratch.close()
    throw error
  }
}

async function* linesOf(path: string): ReturnType<typeof jsonLines> {
  try {
    yield* jsonLines(path)
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const missing = 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    throw resolutionsError(path, null, missing ? 'there is no such file' : `it cannot be read (${error.message})`)
  }
}
