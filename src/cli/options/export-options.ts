import { EXPORT_FORMATS } from '../../transfer/export-options.js'
import { repeatableOption, switchOption, valueOption } from './option.js'
import { parseChoice } from './parse-choice.js'
import { parseConditions, splitLines } from './parse-conditions.js'
import { parseFileName } from './parse-file-name.js'
import { parseWholeNumber } from './parse-whole-number.js'
import { REMOTE_OPTIONS } from './remote-options.js'
import { EXCLUDE, INCLUDE, KEY_STORE, OVERWRITE, PROFILE, PROJECT, SINCE, STORE, UNTIL, WHERE } from './store-options.js'

/** The flags of `holdall export`. */
export const EXPORT_OPTIONS = Object.freeze({
  store: STORE,
  ...REMOTE_OPTIONS,
  profile: PROFILE,
  keyStore: KEY_STORE,
  output: valueOption({ name: 'output', short: 'o', value: 'FILE', means: 'the file to write; - is standard output', otherwise: 'standard output', parse: parseFileName }),
  format: valueOption({
    name: 'format',
    short: 'f',
    value: 'FORMAT',
    means: 'archive, json or json-pretty (one JSON document)',
    otherwise: 'json where --output ends in .json or .json.gz, is not given, or a server is asked; else archive',
    parse: parseChoice(EXPORT_FORMATS),
  }),
  include: INCLUDE,
  exclude: EXCLUDE,
  where: WHERE,
  project: PROJECT,
  since: SINCE,
  until: UNTIL,
  subset: repeatableOption({
    name: 'subset',
    value: 'TABLE=CONDITION',
    means: 'these rows of the table, every row that refers to them, and all that these refer to; may be repeated (in the variable: one a line)',
    splitVariable: splitLines,
    parse: parseConditions,
  }),
  closure: switchOption({ name: 'closure', means: 'also the rows that exported rows refer to, so that the export stands on its own; not of tables named by --exclude' }),
  redact: switchOption({ name: 'redact', means: 'leave out what the profile calls secret: whole rows and columns, so that importing the export leaves those of the target as they are' }),
  derivedFrom: repeatableOption({
    name: 'derived-from',
    value: 'ARCHIVE_OR_ID',
    means: 'an archive or export id that this export descends from; may be repeated (in the variable: one a line)',
    splitVariable: splitLines,
    parse: (texts) => texts.map(parseFileName),
  }),
  compressionLevel: valueOption({
    name: 'compression-level',
    value: 'N',
    means: 'from 1 (fast) to 9 (small)',
    otherwise: '6',
    parse: parseWholeNumber(1, 9),
  }),
  compress: switchOption({ name: 'compress', means: 'compress a JSON document with gzip, as where --output ends in .json.gz; an archive always is' }),
  overwrite: OVERWRITE,
})
