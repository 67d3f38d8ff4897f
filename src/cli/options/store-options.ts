import { CONVERSIONS, type Conversion } from '../../stores/conversion.js'
import { parseChoice } from './parse-choice.js'
import { parseConditions, splitLines } from './parse-conditions.js'
import { parseFileName } from './parse-file-name.js'
import { parseInstant } from './parse-instant.js'
import { parseList } from './parse-list.js'
import { parseMatches } from './parse-matches.js'
import { repeatableOption, switchOption, valueOption, type Option } from './option.js'

const text = (value: string): string => value

const lists = (texts: readonly string[]): readonly string[] => texts.flatMap(parseList)

/** Options of stores and selections, and those that several commands share. */
export const STORE = valueOption({ name: 'store', short: 's', value: 'STORE', means: 'the database: a path, a URL, or a name in holdall.yaml', parse: text })

export const PROFILE = valueOption({
  name: 'profile',
  value: 'NAME',
  means: 'what is known of the application: a profile of holdall.yaml, or loom',
  otherwise: "the store's own in holdall.yaml",
  parse: text,
})

export const KEY_STORE = valueOption({
  name: 'key-store',
  value: 'FILE',
  means: "the application's key store, such as Loom's .keys.json: an export says which one it was, an import compares it, and looks for every key that rows refer to",
  otherwise: "the store's own in holdall.yaml",
  parse: parseFileName,
})

export const INCLUDE: Option<readonly string[]> = repeatableOption({
  name: 'include',
  value: 'NAMES',
  means: 'only these tables or groups, comma-separated, with * and ?',
  otherwise: 'all',
  splitVariable: (value) => [value],
  parse: lists,
})

export const EXCLUDE: Option<readonly string[]> = repeatableOption({
  name: 'exclude',
  value: 'NAMES',
  means: 'not these tables or groups, comma-separated, with * and ?',
  splitVariable: (value) => [value],
  parse: lists,
})

export const WHERE = repeatableOption({
  name: 'where',
  value: 'TABLE=CONDITION',
  means: 'only rows of the table that meet an SQL condition; may be repeated (in the variable: one a line)',
  splitVariable: splitLines,
  parse: parseConditions,
})

export const PROJECT = valueOption({
  name: 'project',
  value: 'ID',
  means: 'only what belongs to this project, as the profile says, and the rows that this refers to',
  parse: text,
})

export const MATCH = repeatableOption({
  name: 'match',
  value: 'TABLE=COLUMNS',
  means: 'rows of the table with the same values in these columns are the same row; repeated for a table, each is tried in turn (in the variable: one a line)',
  otherwise: 'the profile, else the keys of the database',
  splitVariable: splitLines,
  parse: parseMatches,
})

export const SINCE = valueOption({
  name: 'since',
  value: 'TIME',
  means: 'only rows from this time on, by the time column of each table: RFC 3339, a date (midnight UTC), or 30d, 12h, 2w back from now',
  parse: (value) => parseInstant(value, new Date()),
})

export const UNTIL = valueOption({
  name: 'until',
  value: 'TIME',
  means: 'only rows before this time',
  parse: (value) => parseInstant(value, new Date()),
})

export const CONVERT: Option<readonly Conversion[]> = repeatableOption({
  name: 'convert',
  value: 'NAMES',
  means: `losses to allow, comma-separated: ${Object.entries(CONVERSIONS).map(([name, means]) => `${name} (${means})`).join('; ')}`,
  otherwise: 'none, such a row is refused',
  splitVariable: (value) => [value],
  parse: (texts) => lists(texts).map(parseChoice(Object.keys(CONVERSIONS) as Conversion[])),
})

export const OUTPUT = valueOption({ name: 'output', short: 'o', value: 'FILE', means: 'the file to write', parse: parseFileName })

export const OVERWRITE = switchOption({ name: 'overwrite', means: 'replace the output file if it exists' })
