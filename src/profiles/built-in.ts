import { LOOM } from './loom.js'
import { frozenRecord, type Profile } from './profile.js'

/** Profiles that need no holdall.yaml, by name. One of the same name in the file goes before. */
export const BUILT_IN: Readonly<Record<string, Profile>> = frozenRecord([['loom', LOOM]])
