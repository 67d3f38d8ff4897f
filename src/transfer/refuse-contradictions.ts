import { resolve } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'
import { refuseSameFile } from '../archive/refuse-same-file.js'
import type { Strategy } from '../stores/import-table.js'
import type { ImportOptions } from './import-options.js'

/** Strategies that mean something only where rows are already. */
const OF_ROWS_THERE: readonly Strategy[] = ['replace', 'keep-newer', 'keep-older', 'keep-both', 'three-way']

/**
 * Refuses options that contradict each other, or that nothing would come of: a file that is named and never written would be
 * waited for. Nothing was opened yet.
 * @throws USAGE
 */
export async function refuseContradictions(options: ImportOptions): Promise<void> {
  const { rejects, conflicts, resolutions, base } = options
  const strategies = [options.strategy ?? 'merge', ...Object.values(options.onConflict ?? {})]
  if (options.create === true) {
    const vain = strategies.find((strategy) => OF_ROWS_THERE.includes(strategy))
    const flag = vain === options.strategy ? '--strategy' : '--on-conflict'
    if (vain !== undefined) refuse(`--create and ${flag} ${vain} exclude each other: new tables hold nothing to ${vain === 'replace' ? 'replace' : 'compare with'}`)
    if (options.prune === true) refuse('--create and --prune exclude each other: new tables hold nothing to delete')
    if (resolutions !== undefined) refuse('--create and --resolutions exclude each other: with new tables there is nothing in conflict')
  }
  if (base !== undefined && !strategies.includes('three-way')) refuse('--base is for --strategy three-way, which neither --strategy nor --on-conflict names')
  if (rejects !== undefined && options.onError !== 'reject' && options.onUnresolved !== 'skip') {
    refuse('--rejects needs --on-error reject or --on-unresolved skip: without them no row is left out')
  }
  for (const [flag, path] of Object.entries({ rejects, conflicts, resolutions, base })) {
    if (path === '-') refuse(`--${flag} must be a file, not a stream`)
  }
  if (conflicts !== undefined && same(conflicts, resolutions)) {
    refuse('--conflicts and --resolutions name one file', 'What is still in conflict would be written over what was decided: choose another name for --conflicts.')
  }
  if (rejects !== undefined && same(rejects, conflicts)) refuse('--rejects and --conflicts name one file')
  await refuseReadFiles(options)
}

/** What is written is none of the files that are read. */
async function refuseReadFiles({ input, rejects, conflicts, resolutions, base }: ImportOptions): Promise<void> {
  for (const output of [rejects, conflicts]) {
    if (output === undefined) continue
    if (input !== '-') await refuseSameFile(output, [input], 'the archive itself')
    for (const read of [resolutions, base]) if (read !== undefined) await refuseSameFile(output, [read], 'a file of this import')
  }
}

function same(path: string, other: string | undefined): boolean {
  return other !== undefined && resolve(path) === resolve(other)
}

function refuse(message: string, hint?: string): never {
  throw new HoldallError('USAGE', { message, ...(hint === undefined ? {} : { hint }) })
}
