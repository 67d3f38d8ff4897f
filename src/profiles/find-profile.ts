import { HoldallError } from '../errors/holdall-error.js'
import { nearNames } from '../schema/near-names.js'
import { BUILT_IN } from './built-in.js'
import type { Config } from './config.js'
import { entryOf, type Profile } from './profile.js'

/** The profile of that name in holdall.yaml, else the built-in one. @throws PROFILE_NOT_FOUND */
export function findProfile({ profiles }: Pick<Config, 'profiles'>, name: string): Profile {
  const found = entryOf(profiles, name) ?? entryOf(BUILT_IN, name)
  if (found !== undefined) return found
  const known = [...new Set([...Object.keys(profiles), ...Object.keys(BUILT_IN)])]
  const near = nearNames(name, known)
  throw new HoldallError('PROFILE_NOT_FOUND', { message: `no profile is named ${name}`, hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are ${known.join(', ')}.` })
}
