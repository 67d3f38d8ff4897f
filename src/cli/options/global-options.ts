import type { Values } from '../command.js'
import { switchOption, valueOption } from './option.js'

/** Flags of every command; they may stand before or after its name. */
export const GLOBAL_OPTIONS = Object.freeze({
  config: valueOption({
    name: 'config',
    value: 'FILE',
    means: 'the configuration file',
    otherwise: 'holdall.yaml in this folder or one above, if there is one',
    parse: (text) => text,
  }),
  json: switchOption({ name: 'json', means: 'print one JSON result on stdout, progress and errors as JSON lines on stderr' }),
  quiet: switchOption({ name: 'quiet', short: 'q', means: 'print no progress, notes or summary, only answers and errors' }),
  verbose: switchOption({ name: 'verbose', short: 'v', means: 'print every step, and the stack of an internal error' }),
  yes: switchOption({ name: 'yes', short: 'y', means: 'answer yes where a confirmation is asked for' }),
  noColor: switchOption({ name: 'no-color', means: 'print without colors (NO_COLOR is honoured too)' }),
  noInput: switchOption({ name: 'no-input', means: 'never ask; fail where a confirmation is needed' }),
})

export type GlobalValues = Values<typeof GLOBAL_OPTIONS>
