import type { Field } from '../command.js'

/** The lines on stderr with --json; a test compares these with real lines. */
export const STATUS_FIELDS: readonly Field[] = Object.freeze([
  { path: 'phase', type: 'string', means: '`select`, `read`, `write`, `stage`, `compare`, `apply`, `settle`, `verify`, `publish`, `send` or `receive`' },
  { path: 'table', type: 'string or null', means: 'the table at hand; null for a step of the whole' },
  { path: 'rows', type: 'number', means: 'rows of the table done so far; bytes where the phase is `send` or `receive`' },
  { path: 'expected', type: 'number or null', means: 'rows or bytes expected, maybe an estimate' },
  { path: 'done', type: 'boolean', means: 'true: the table is finished' },
  { path: 'seconds', type: 'number', means: 'since this phase of the table began' },
])

export const NOTE_FIELDS: readonly Field[] = Object.freeze([{ path: 'message', type: 'string', means: 'what is worth knowing' }])

export const EXIT_ERROR_FIELDS: readonly Field[] = Object.freeze([
  { path: 'code', type: 'string', means: 'a code of [ERRORS.md](ERRORS.md)' },
  { path: 'exit_code', type: 'number', means: 'the exit code of the process' },
  { path: 'message', type: 'string', means: 'what happened, one sentence' },
  { path: 'hint', type: 'string', means: 'what to do' },
  { path: 'place', type: 'object', means: 'where: any of `store`, `archive`, `member`, `table`, `row`, `key`, `column`' },
  { path: 'details[]', type: 'string', means: 'more of the same kind' },
  { path: 'stack[]', type: 'string', means: 'only with --verbose and `INTERNAL`' },
])
