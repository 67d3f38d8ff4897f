import { LOG_LEVELS } from '../../server/server-options.js'
import { repeatableOption, switchOption, valueOption } from './option.js'
import { parseChoice } from './parse-choice.js'
import { splitLines } from './parse-conditions.js'
import { parseFileName } from './parse-file-name.js'
import { parseWholeNumber } from './parse-whole-number.js'
import { KEY_STORE, PROFILE } from './store-options.js'

export const STATE = valueOption({
  name: 'state',
  value: 'FILE',
  means: "Holdall's own SQLite file: history of jobs, keys, audit",
  otherwise: 'stateFile of holdall.yaml, else $XDG_STATE_HOME/holdall/state.db',
  parse: parseFileName,
})

/** The flags of `holdall serve`. */
export const SERVE_OPTIONS = Object.freeze({
  host: valueOption({ name: 'host', value: 'ADDRESS', means: 'the address to listen at', otherwise: '127.0.0.1', parse: (text) => text }),
  port: valueOption({ name: 'port', value: 'N', means: 'the port; 0 takes any free one', otherwise: '8080', parse: parseWholeNumber(0, 65_535) }),
  store: repeatableOption({
    name: 'store',
    short: 's',
    value: 'STORE',
    means: 'a database to serve besides those of holdall.yaml, or the name of one of them; the first is meant where a request names none; may be repeated (in the variable: one a line)',
    splitVariable: splitLines,
    parse: (texts) => texts,
  }),
  profile: PROFILE,
  keyStore: KEY_STORE,
  state: STATE,
  auth: switchOption({ name: 'auth', means: 'ask who makes a request, on this machine too' }),
  noAuth: switchOption({ name: 'no-auth', means: 'ask nobody; only at a loopback address' }),
  logLevel: valueOption({ name: 'log-level', value: 'LEVEL', means: `what is logged on standard error, as JSON lines: ${LOG_LEVELS.join(', ')}`, otherwise: 'info', parse: parseChoice(LOG_LEVELS) }),
})
