import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'

/** One operation that can be run again and again, and what must be true of its surroundings. */
export interface Scene {
  /** Holds all files of the operation, temporary ones too. */
  readonly folder: string
  /** Files that it may make, relative to the folder. */
  readonly outputs: readonly string[]
  run(): Promise<unknown>
  /** What it was to change, as text. */
  state(): Promise<string>
  /** After a run that succeeded: what it made beside that, as text that is the same after each such run. */
  made(): Promise<string>
  /** Makes all as it was before a run that succeeded. */
  reset(): Promise<void>
  /** @throws where an output is there and is not whole */
  checkOutputs(): Promise<void>
}

/** A folder that is also where temporary files go, until the test ends. */
export function sceneFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdall-faults-')))
  mkdirSync(join(folder, 'tmp'))
  mkdirSync(join(folder, 'out'))
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = join(folder, 'tmp')
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Every file and folder below, sorted. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort()
}

export function readText(path: string): string {
  return readFileSync(path, 'latin1')
}
