import type { Command } from '../command.js'
import { COPY } from './copy.js'
import { DEMO } from './demo.js'
import { DIFF } from './diff.js'
import { EXPORT } from './export.js'
import { IMPORT } from './import.js'
import { INSPECT } from './inspect.js'
import { KEYS } from './keys.js'
import { RECOVER } from './recover.js'
import { SERVE } from './serve.js'
import { VERIFY } from './verify.js'

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = Object.freeze([EXPORT, IMPORT, COPY, INSPECT, DIFF, VERIFY, RECOVER, SERVE, KEYS, DEMO])
