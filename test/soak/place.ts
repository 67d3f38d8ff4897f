import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'

/** Where one test works: what it is given, what it makes, and nothing else. */
export interface Place {
  readonly inputs: string
  /** Targets and outputs. */
  readonly work: string
  /** A new temporary folder, for one run of the command. */
  temporary(): string
}

export function makePlace(): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdall-soak-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [inputs, work] = [join(folder, 'inputs'), join(folder, 'work')] as const
  for (const each of [inputs, work]) mkdirSync(each)
  let count = 0
  return {
    inputs,
    work,
    temporary: () => {
      const path = join(folder, `tmp${(count += 1)}`)
      mkdirSync(path)
      return path
    },
  }
}

/** Every file and folder below, sorted. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort()
}

export function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
}
