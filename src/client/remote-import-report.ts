import type { Counts } from '../transfer/import-options.js'
import { isObject, textsIn } from './read-answer.js'

export interface RemoteTally extends Counts {
  readonly table: string
}

/** What a server says of an import, in the words that an import here has. */
export interface RemoteImportReport {
  readonly store: string | null
  readonly job: string | null
  readonly tables: readonly RemoteTally[]
  readonly totals: Counts
  readonly validation: { readonly ok: boolean; readonly message: string }
  /** What is wrong with what was sent, as far as that did not end it. */
  readonly errors: readonly string[]
  readonly notes: readonly string[]
  readonly seconds: number
}

const COUNTS = ['new', 'changed', 'unchanged', 'kept', 'deleted', 'conflicting', 'rejected'] as const satisfies readonly (keyof Counts)[]

/** The body of an answer to an import: a table's inserted, updated, skipped, failed, and what Holdall counts beyond these. */
export function importReport(answer: Readonly<Record<string, unknown>>, known: Pick<RemoteImportReport, 'store' | 'job' | 'seconds'>): RemoteImportReport {
  const { summary, validation, errors, notes } = answer
  const tables = Object.entries(isObject(summary) ? summary : {}).map(([table, counts]) => ({ table, ...countsOf(isObject(counts) ? counts : {}) }))
  const { schema_version_ok: version, encryption_key_ok: key, validation_message: message } = isObject(validation) ? validation : {}
  return {
    ...known,
    tables,
    totals: Object.fromEntries(COUNTS.map((name) => [name, tables.reduce((sum, tally) => sum + tally[name], 0)])) as Record<keyof Counts, number>,
    validation: { ok: version !== false && key !== false, message: typeof message === 'string' ? message : '' },
    errors: (Array.isArray(errors) ? errors : []).map((error: unknown) => (isObject(error) ? sentence(error) : String(error))),
    notes: textsIn(notes),
  }
}

function countsOf(counts: Readonly<Record<string, unknown>>): Counts {
  const count = (name: string): number => (typeof counts[name] === 'number' ? counts[name] : 0)
  const conflicting = count('conflicting')
  return { new: count('inserted'), changed: count('updated'), unchanged: count('unchanged'), kept: count('skipped'), deleted: count('deleted'), conflicting, rejected: count('failed') - conflicting }
}

function sentence({ message, detail, code }: Readonly<Record<string, unknown>>): string {
  return [message, detail, code].find((each): each is string => typeof each === 'string') ?? ''
}
