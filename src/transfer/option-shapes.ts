import {
  abortSignal, callback, choiceByName, instant, listOf, oneOf, rulesByName, stream, text, textByName, texts, wholeNumber, yesOrNo, type OptionCheck,
} from '../errors/option-check.js'
import type { OptionShape } from '../errors/check-options.js'
import { profileOption } from '../profiles/profile-option.js'
import { CONVERSIONS } from '../stores/conversion.js'
import { STRATEGIES } from '../stores/import-table.js'
import { UNRESOLVED } from '../stores/unresolved.js'
import type { DiffOptions } from './diff/diff-options.js'
import type { InspectArchiveOptions } from './inspect-archive.js'
import type { InspectStoreOptions } from './inspect-store.js'
import { EXPORT_FORMATS, type ExportOptions } from './export-options.js'
import type { CopyOptions } from './copy-store.js'
import type { ImportOptions } from './import-options.js'
import type { VerifyOptions } from './verify-archive.js'

/** A shape that knows every option of `O`: one more in the type does not compile without its check. */
export function shape<O, R extends keyof O>(required: Record<R, OptionCheck>, optional: Record<Exclude<keyof O, R>, OptionCheck>): OptionShape {
  return Object.freeze({ required, optional })
}

const INPUT = { stdin: stream, format: oneOf(['auto', 'archive', 'json']), signal: abortSignal }

export const EXPORT_SHAPE = shape<ExportOptions, 'store' | 'output'>(
  { store: text, output: text },
  {
    profile: profileOption,
    stdout: stream,
    format: oneOf(EXPORT_FORMATS),
    compressionLevel: wholeNumber(1, 9),
    compress: yesOrNo,
    keyStore: text,
    include: texts,
    exclude: texts,
    where: textByName,
    since: instant,
    until: instant,
    project: text,
    redact: yesOrNo,
    closure: yesOrNo,
    subset: textByName,
    derivedFrom: texts,
    overwrite: yesOrNo,
    signal: abortSignal,
    onProgress: callback,
  },
)

const IMPORTING = {
  profile: profileOption,
  keyStore: text,
  create: yesOrNo,
  strategy: oneOf(STRATEGIES),
  onConflict: choiceByName(STRATEGIES),
  match: rulesByName,
  prune: yesOrNo,
  base: text,
  onError: oneOf(['abort', 'reject']),
  rejects: text,
  conflicts: text,
  overwrite: yesOrNo,
  include: texts,
  exclude: texts,
  triggers: oneOf(['silence', 'fire']),
  conversions: listOf(Object.keys(CONVERSIONS)),
  onUnresolved: oneOf(UNRESOLVED),
  // A 32-bit number of milliseconds is what both engines take.
  lockTimeout: wholeNumber(0, 2_147_483_647),
  examples: wholeNumber(0, 1_000_000),
  onProgress: callback,
  onJudged: callback,
  confirm: callback,
}

export const IMPORT_SHAPE = shape<ImportOptions, 'input' | 'store'>({ input: text, store: text }, { ...INPUT, ...IMPORTING, resolutions: text })

export const COPY_SHAPE = shape<CopyOptions, 'from' | 'store'>({ from: text, store: text }, { ...IMPORTING, fromProfile: profileOption, signal: abortSignal })

export const DIFF_SHAPE = shape<DiffOptions, 'a' | 'b'>(
  { a: text, b: text },
  {
    stdin: stream,
    profile: profileOption,
    match: rulesByName,
    include: texts,
    exclude: texts,
    examples: wholeNumber(0, 1_000_000),
    signal: abortSignal,
    onProgress: callback,
  },
)

export const VERIFY_SHAPE = shape<VerifyOptions, 'input'>({ input: text }, { ...INPUT, onProgress: callback })

export const INSPECT_ARCHIVE_SHAPE = shape<InspectArchiveOptions, 'input'>({ input: text }, { signal: abortSignal })

export const INSPECT_STORE_SHAPE = shape<InspectStoreOptions, 'store'>({ store: text }, { profile: profileOption, match: rulesByName, signal: abortSignal })
