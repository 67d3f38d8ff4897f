import { type Strategy, STRATEGIES } from '../../stores/import-table.js'
import { type Unresolved, UNRESOLVED } from '../../stores/unresolved.js'
import { repeatableOption, switchOption, valueOption } from './option.js'
import { parseChoice } from './parse-choice.js'
import { splitLines } from './parse-conditions.js'
import { parseWait } from './parse-duration.js'
import { parseFileName } from './parse-file-name.js'
import { parseTableStrategies } from './parse-table-strategies.js'
import { parseWholeNumber } from './parse-whole-number.js'
import { REMOTE_OPTIONS } from './remote-options.js'
import { CONVERT, EXCLUDE, INCLUDE, KEY_STORE, MATCH, PROFILE, STORE } from './store-options.js'

const STRATEGY_MEANS = Object.freeze({
  merge: "the archive's row is written over the target's",
  skip: "the target's row stays",
  replace: 'as merge, and rows that the archive lacks are deleted',
  'fail-on-conflict': 'a row that is there already, even the same, stops the import',
  'keep-newer': "the row that was written last stays, by the table's time column",
  'keep-older': 'the row that was written first stays',
  'keep-both': "both stay: the archive's row comes in as a new one",
  'three-way': 'what one side alone changed since the base is taken from it, column by column; what both changed is a conflict',
}) satisfies Readonly<Record<Strategy, string>>

const UNRESOLVED_MEANS = Object.freeze({
  fail: 'the import stops',
  null: 'the reference becomes NULL',
  skip: 'the row is left out, and what refers to it',
  keep: 'the row is taken as it is (SQLite only)',
}) satisfies Readonly<Record<Unresolved, string>>

const list = (means: Readonly<Record<string, string>>): string => Object.entries(means).map(([name, what]) => `${name}: ${what}`).join('; ')

/** The flags of `holdall import`. */
export const IMPORT_OPTIONS = Object.freeze({
  store: STORE,
  ...REMOTE_OPTIONS,
  profile: PROFILE,
  keyStore: KEY_STORE,
  create: switchOption({ name: 'create', means: 'make the tables: in a SQLite file that is not there yet, or in a database that lacks them' }),
  dryRun: switchOption({ name: 'dry-run', short: 'n', means: 'do it all, say what it came to, and roll back' }),
  validateOnly: switchOption({ name: 'validate-only', means: 'check the input alone: that it is whole and every row parses, and with --store that the database has its tables and columns; nothing is written or locked' }),
  strategy: valueOption({ name: 'strategy', value: 'STRATEGY', means: `what becomes of rows that are on both sides and differ. ${list(STRATEGY_MEANS)}`, otherwise: 'merge', parse: parseChoice(STRATEGIES) }),
  onConflict: repeatableOption({
    name: 'on-conflict',
    value: 'TABLE=STRATEGY',
    means: 'another strategy for one table; may be repeated (in the variable: one a line)',
    splitVariable: splitLines,
    parse: parseTableStrategies(STRATEGIES),
  }),
  match: MATCH,
  base: valueOption({
    name: 'base',
    value: 'ARCHIVE',
    means: 'for three-way: the archive that both sides descend from',
    otherwise: 'the nearest ancestor of the archive, by its lineage, in the same folder',
    parse: parseFileName,
  }),
  prune: switchOption({ name: 'prune', means: 'delete rows of the target that the archive lacks, in the tables imported; needs --yes or a confirmation' }),
  onUnresolved: valueOption({
    name: 'on-unresolved',
    value: 'ACTION',
    means: `rows that refer to a row which is neither in the archive nor in the target. ${list(UNRESOLVED_MEANS)}`,
    otherwise: 'fail; with --on-error reject: skip',
    parse: parseChoice(UNRESOLVED),
  }),
  onError: valueOption({
    name: 'on-error',
    value: 'ACTION',
    means: 'rows that the target cannot take, or that are in conflict. abort: nothing is imported; reject: they are left out, with what refers to them, and the import goes on (exit code 3)',
    otherwise: 'abort',
    parse: parseChoice(['abort', 'reject']),
  }),
  rejects: valueOption({ name: 'rejects', value: 'FILE', means: 'write rows that were left out, with the reasons, into an archive (or JSON document, if it ends in .json) that can be imported later', parse: parseFileName }),
  conflicts: valueOption({ name: 'conflicts', value: 'FILE', means: 'write conflicts, one JSON object a line, to be decided and passed with --resolutions', parse: parseFileName }),
  resolutions: valueOption({ name: 'resolutions', value: 'FILE', means: 'a conflicts file in which resolutions were filled in', parse: parseFileName }),
  overwrite: switchOption({ name: 'overwrite', means: 'replace the files of --rejects and --conflicts if they exist' }),
  triggers: valueOption({ name: 'triggers', value: 'MODE', means: "the target's own triggers: silence or fire", otherwise: 'silence', parse: parseChoice(['silence', 'fire']) }),
  convert: CONVERT,
  lockTimeout: valueOption({ name: 'lock-timeout', value: 'DURATION', means: 'how long to wait for others that hold the tables: 500ms, 10s, 2m', otherwise: '10s', parse: parseWait }),
  include: INCLUDE,
  exclude: EXCLUDE,
  format: valueOption({ name: 'format', short: 'f', value: 'FORMAT', means: 'what the input is: auto, archive or json', otherwise: 'auto, by its first bytes', parse: parseChoice(['auto', 'archive', 'json']) }),
  show: valueOption({ name: 'show', value: 'N', means: 'rows of each class to show a table', otherwise: '3, in a dry run', parse: parseWholeNumber(0, 1000) }),
})

const { store: _store, validateOnly: _validateOnly, format: _format, resolutions: _resolutions, server: _server, serverStore: _serverStore, tokenEnv: _tokenEnv, idleTimeout: _idleTimeout, ...shared } = IMPORT_OPTIONS

/** The flags of `holdall copy`: those of an import, but for what only a file has. */
export const COPY_OPTIONS = Object.freeze(shared)
