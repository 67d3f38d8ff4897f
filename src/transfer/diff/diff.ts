import type Database from 'better-sqlite3'
import { checkOptions } from '../../errors/check-options.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'
import { refuseUnknownMatches } from '../../profiles/check-matches.js'
import { refuseUnknownNames } from '../../profiles/check-profile.js'
import { emptyProfile } from '../../profiles/profile.js'
import type { Schema, Table } from '../../schema/schema.js'
import type { ImportSource } from '../import-source.js'
import { DIFF_SHAPE } from '../option-shapes.js'
import { openScratchDatabase } from '../scratch-database.js'
import { scratchFailure } from '../scratch-failure.js'
import { createTracker, type Tracker } from '../track-rows.js'
import { CLASSES, classifyRows } from './classify-rows.js'
import { describer } from './describe-rows.js'
import type { DiffOptions } from './diff-options.js'
import type { DiffCounts, DiffReport, TableDiff } from './diff-report.js'
import { linkRows, noteInnerMeanings, noteMeanings } from './link-rows.js'
import { loadSide } from './load-side.js'
import { matchPairs } from './match-pairs.js'
import { openSide } from './open-side.js'
import { createStatement, pairLayouts } from './pair-layout.js'
import { pairTables, type Paired } from './pair-tables.js'
import { scratchStatements } from './scratch-statements.js'

/**
 * Says what differs between two sides, each an archive, a document or a store of either engine. Rows are the same rows by their
 * identity, as in an import of A into B; ids that each database gave for itself are no difference. Changes nothing.
 * @throws USAGE, STORE_*, ARCHIVE_*, DOCUMENT_INVALID, TABLE_NOT_FOUND, COLUMN_NOT_FOUND, CONFIG_INVALID, SELECTION_EMPTY, ROW_INVALID,
 *   OUTPUT_FAILED when the temporary folder is full, INTERRUPTED
 */
export async function diff(options: DiffOptions): Promise<DiffReport> {
  const started = Date.now()
  checkOptions('diff', options, DIFF_SHAPE)
  throwIfInterrupted(options.signal)
  if (options.a === '-' && options.b === '-') throw new HoldallError('USAGE', { message: 'only one side can be standard input' })
  const a = await openSide(options.a, options)
  try {
    const b = await openSide(options.b, options)
    try {
      const found = await compareSides(a.source, b.source, options)
      const side = ({ name, schema }: ImportSource): DiffReport['a'] => ({ name, engine: schema.engine })
      return { a: side(a.source), b: side(b.source), ...found, notes: [...a.notes, ...b.notes], seconds: (Date.now() - started) / 1000 }
    } finally {
      await b.close()
    }
  } finally {
    await a.close()
  }
}

type Found = Pick<DiffReport, 'same' | 'onlyTables' | 'tables' | 'totals'>

/** As `diff`, of two sources that are open. */
export async function compareSides(a: ImportSource, b: ImportSource, options: Pick<DiffOptions, 'profile' | 'match' | 'include' | 'exclude' | 'examples' | 'signal' | 'onProgress'>): Promise<Found> {
  const { profile = emptyProfile, match = {} } = options
  const known = bothSchemas(a.schema, b.schema)
  refuseUnknownNames(known, profile)
  refuseUnknownMatches(known, match)
  const paired = pairTables(a, b, { profile, match, include: options.include, exclude: options.exclude })
  const tracker = createTracker(options.onProgress, options.signal)
  try {
    const { db, close } = openScratchDatabase('')
    try {
      return await compareIn(db, { a, b }, paired, tracker, options.examples ?? 3)
    } finally {
      close()
    }
  } catch (error) {
    throw scratchFailure(error)
  }
}

async function compareIn(db: Database.Database, sources: Readonly<Record<'a' | 'b', ImportSource>>, { pairs, onlyTables }: Paired, tracker: Tracker, examples: number): Promise<Found> {
  const layouts = pairLayouts(pairs)
  for (const layout of layouts.values()) {
    db.exec(createStatement(layout).text)
    for (const side of ['a', 'b'] as const) await loadSide(db, layout, side, { source: sources[side], layouts, tracker })
  }
  const statements = scratchStatements(db)
  linkRows(statements, layouts)
  matchPairs(statements, layouts, () => tracker.step('compare'))
  const describe = describer(statements, layouts)
  const compared = [...layouts.values()].filter(({ pair }) => pair.role === 'compared')
  for (const layout of compared) {
    noteMeanings(statements, layout, layouts)
    noteInnerMeanings(statements, layout, layouts)
  }
  const tables = compared.map((layout): TableDiff => {
    tracker.step('compare', layout.pair.id)
    const classified = classifyRows(statements, layout)
    return {
      table: layout.pair.id,
      ...countsOf(classified),
      onlyColumns: layout.pair.onlyColumns,
      identity: layout.pair.identity.rules,
      examples: CLASSES.flatMap((kind) => classified.examples(kind, examples).map((row) => describe.example(layout, kind, row))),
    }
  })
  const totals = sum(tables)
  const schemas = onlyTables.a.length + onlyTables.b.length + tables.reduce((count, { onlyColumns }) => count + onlyColumns.a.length + onlyColumns.b.length, 0)
  const rows = totals.onlyA + totals.onlyB + totals.changed + totals.ambiguousA + totals.ambiguousB
  return { same: schemas + rows === 0, onlyTables, tables, totals }
}

function countsOf({ rows, counts }: ReturnType<typeof classifyRows>): DiffCounts {
  const { changed } = counts
  return {
    onlyA: counts['only-a'],
    onlyB: counts['only-b'],
    changed,
    same: rows.a - counts['only-a'] - changed - counts['ambiguous-a'],
    ambiguousA: counts['ambiguous-a'],
    ambiguousB: counts['ambiguous-b'],
  }
}

function sum(tables: readonly DiffCounts[]): DiffCounts {
  const total = { onlyA: 0, onlyB: 0, changed: 0, same: 0, ambiguousA: 0, ambiguousB: 0 }
  for (const table of tables) for (const key of Object.keys(total) as (keyof DiffCounts)[]) total[key] += table[key]
  return total
}

/** All that a name may mean: a table of either side, a column of either. */
function bothSchemas(a: Schema, b: Schema): Schema {
  const tables = new Map<string, Table>(b.tables.map((table) => [table.id, table]))
  for (const table of a.tables) {
    const other = tables.get(table.id)
    const more = other === undefined ? [] : other.columns.filter(({ name }) => !table.columns.some((column) => column.name === name))
    tables.set(table.id, { ...table, columns: [...table.columns, ...more], primaryKey: table.primaryKey ?? other?.primaryKey ?? null })
  }
  return { ...b, tables: [...tables.values()] }
}
