import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { HoldallError } from '../errors/holdall-error.js'

const NAMES = ['holdall.yaml', 'holdall.yml'] as const

/**
 * The nearest configuration file: in `folder`, else in the folders above it, up to the home folder or the root of the
 * file system. @throws CONFIG_INVALID when one folder has both names
 */
export async function findConfig(folder: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const home = env['HOME'] ?? homedir()
  for (let at = folder; ; at = dirname(at)) {
    const found: string[] = []
    for (const name of NAMES) if (await exists(join(at, name))) found.push(join(at, name))
    if (found.length > 1) throw new HoldallError('CONFIG_INVALID', { message: `${at} has both ${NAMES.join(' and ')}`, hint: 'Keep one of them, or name it with --config.' })
    if (found[0] !== undefined) return found[0]
    if (at === home || dirname(at) === at) return null
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    // Anything but "there is none" is found, so that reading it says what is wrong.
    (error: unknown) => !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')),
  )
}
