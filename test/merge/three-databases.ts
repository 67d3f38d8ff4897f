import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { exportStore, planImport, runImport, type ExportOptions, type ImportOptions, type ImportReport } from '../../src/index.js'
import { counts, scratch, smallDatabase, type EngineName, type SmallDatabase } from './two-databases.js'

export interface Sides {
  /** What every side begins with. */
  readonly schema: string
  readonly base: string
  readonly theirs: string
  readonly ours: string
}

export interface ThreeWayMerge {
  readonly ours: SmallDatabase
  readonly base: string
  readonly plan: (options?: Partial<ImportOptions>) => Promise<ImportReport>
  readonly run: (options?: Partial<ImportOptions>) => Promise<ImportReport>
  /** Plans, runs and runs again: the plan must foretell the run, and the second run must write nothing. Gives the counts. */
  readonly merge: (options?: Partial<ImportOptions>) => Promise<Record<string, number>>
  /** What the conflicts file says. */
  readonly conflicts: (options?: Partial<ImportOptions>) => Promise<RowLine[]>
  /** A resolutions file: the conflicts file with what was decided about its lines, of a row or of a table. */
  readonly resolutions: (decide: (line: RowLine | TableLine) => unknown, options?: Partial<ImportOptions>) => Promise<string>
}

export interface TableLine {
  readonly table: string
  readonly resolution: unknown
  readonly key?: undefined
  readonly reason?: undefined
}

export interface RowLine {
  readonly table: string
  readonly row: number | null
  readonly key: string
  readonly reason: string
  readonly columns: readonly string[]
  readonly base: Readonly<Record<string, string | null>> | null
  readonly ours: Readonly<Record<string, string | null>> | null
  readonly theirs: Readonly<Record<string, string | null>> | null
  readonly resolution: unknown
}

/**
 * A base, what became of it there, and what became of it here, each a database of its own; the archives are of SQLite where
 * nothing else is asked for, as files are made sooner than databases of a server.
 */
export async function threeWay(engine: EngineName, { schema, base, theirs, ours }: Sides, exporting: Partial<ExportOptions> = {}, from: EngineName = 'SQLite'): Promise<ThreeWayMerge> {
  const folder = scratch()
  const archiveOf = async (name: string, script: string, options: Partial<ExportOptions> = {}): Promise<string> => {
    const output = join(folder, `${name}.tar.gz`)
    await exportStore({ store: (await smallDatabase(from, schema + script)).store, output, compressionLevel: 1, ...options })
    return output
  }
  const [before, input] = [await archiveOf('base', base), await archiveOf('theirs', theirs, exporting)]
  const into = await smallDatabase(engine, schema + ours)
  const options = { input, store: into.store, base: before, strategy: 'three-way' as const }
  const plan: ThreeWayMerge['plan'] = async (more) => planImport({ ...options, ...more })
  const run: ThreeWayMerge['run'] = async (more) => runImport({ ...options, ...more })
  const lines = (path: string): (RowLine | TableLine)[] => readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as RowLine | TableLine)
  const conflicts: ThreeWayMerge['conflicts'] = async (more) => {
    const path = join(folder, 'conflicts.jsonl')
    await plan({ ...more, conflicts: path, overwrite: true })
    return lines(path).filter((line) => line.key !== undefined)
  }
  return {
    ours: into,
    base: before,
    plan,
    run,
    conflicts,
    resolutions: async (decide, more) => {
      const path = join(folder, 'conflicts.jsonl')
      await plan({ ...more, conflicts: path, overwrite: true })
      const [header, ...rest] = lines(path)
      const decided = join(folder, 'resolutions.jsonl')
      writeFileSync(decided, [header, ...rest.map((line) => ({ ...line, resolution: decide(line) ?? null }))].map((line) => `${JSON.stringify(line)}\n`).join(''))
      return decided
    },
    merge: async (more) => {
      const planned = await plan(more)
      const done = await run(more)
      expect(counts(planned)).toEqual(counts(done))
      expect((await run(more)).totals).toMatchObject({ new: 0, changed: 0, deleted: 0, conflicting: 0 })
      return counts(done)
    },
  }
}
