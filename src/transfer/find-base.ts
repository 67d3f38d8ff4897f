import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Archive, openArchive } from '../archive/open-archive.js'
import { HoldallError } from '../errors/holdall-error.js'
import { throwIfInterrupted } from '../errors/interrupted.js'

const HINT = 'Name it with --base, or say of the archive what it descends from when it is made: `holdall export --derived-from BASE`.'

/**
 * The path of the archive that both sides descend from: the nearest ancestor of the input, by its lineage, among the archives
 * in its folder.
 * @throws USAGE when there is none
 */
export async function findBase(input: string, archive: Pick<Archive, 'schema'>, signal?: AbortSignal): Promise<string> {
  const ancestors = archive.schema.lineage.derivedFrom
  if (ancestors.length === 0) throw noBase('the archive says of no other that it descends from it')
  if (input === '-') throw noBase('beside standard input no archive can be looked for')
  const folder = dirname(input)
  let best: { readonly path: string; readonly distance: number } | null = null
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.tar.gz')).sort()) {
    throwIfInterrupted(signal)
    const path = join(folder, name)
    const distance = ancestors.indexOf((await exportIdOf(path)) ?? '')
    if (distance >= 0 && (best === null || distance < best.distance)) best = { path, distance }
    if (best?.distance === 0) break
  }
  if (best === null) throw noBase(`none of the archives that it descends from is in ${folder}`, ancestors)
  return best.path
}

/** Null for what is no whole archive: it cannot be a base, and is nobody's fault here. */
async function exportIdOf(path: string): Promise<string | null> {
  try {
    const archive = await openArchive(path)
    await archive.close()
    return archive.schema.exportId
  } catch (error) {
    if (HoldallError.is(error)) return null
    throw error
  }
}

function noBase(problem: string, details: readonly string[] = []): HoldallError {
  return new HoldallError('USAGE', { message: `three-way needs the archive that both sides descend from: ${problem}`, hint: HINT, details })
}
