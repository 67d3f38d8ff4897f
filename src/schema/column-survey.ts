import { hasForm, type TextForm } from './text-forms.js'
import { fitsFloat4 } from './float4.js'
import { plainDecimal } from './plain-decimal.js'

/**
 * What the values of one column really are, gathered by `observe` over every row. It decides whether a column may take
 * a richer type in the other engine. A column nothing was observed of counts as empty.
 */
export interface ColumnSurvey {
  readonly integers: number
  readonly reals: number
  readonly texts: number
  readonly blobs: number
  readonly nulls: number
  /** Of the integers; null when there are none. */
  readonly minInteger: bigint | null
  readonly maxInteger: bigint | null
  /** Reals that a column of NUMERIC affinity would turn into INTEGER: whole, and within 64 bits. */
  readonly wholeReals: number
  readonly infiniteReals: number
  /** True while every real comes back from PostgreSQL's `real` as it was. */
  readonly float4: boolean
  /** Digits before the point, the most of any integer, finite real, or text that is a decimal. */
  readonly integerDigits: number
  /** Digits after the point, of the same and of texts that are times; the most and (texts only) the fewest. */
  readonly fractionDigits: number
  readonly leastTextFraction: number
  /** Texts that are `NaN`, `Infinity` or `-Infinity`. */
  readonly specialTexts: number
  /** Characters (code points) of texts. */
  readonly minTextLength: number
  readonly maxTextLength: number
  /** Bytes (UTF-8) of texts and blobs. */
  readonly maxBytes: number
  /** Of the forms asked for, those that every text so far has. */
  readonly forms: ReadonlySet<TextForm>
}

type Open = { -readonly [K in keyof ColumnSurvey]: ColumnSurvey[K] extends ReadonlySet<infer T> ? Set<T> : ColumnSurvey[K] }

/** A survey in which nothing was observed; only `forms` will be tested on texts. See `surveyedForms`. */
export function emptySurvey(forms: Iterable<TextForm>): ColumnSurvey {
  return {
    integers: 0,
    reals: 0,
    texts: 0,
    blobs: 0,
    nulls: 0,
    minInteger: null,
    maxInteger: null,
    wholeReals: 0,
    infiniteReals: 0,
    float4: true,
    integerDigits: 0,
    fractionDigits: 0,
    leastTextFraction: Infinity,
    specialTexts: 0,
    minTextLength: Infinity,
    maxTextLength: 0,
    maxBytes: 0,
    forms: new Set(forms),
  }
}

/**
 * Adds one value: a bigint is an INTEGER, a number a REAL, a string a TEXT (PostgreSQL's decimals too, as they are
 * printed), bytes a BLOB. Text that is not UTF-8 is given with U+FFFD in place of what is broken.
 */
export function observe(survey: ColumnSurvey, value: null | bigint | number | string | Uint8Array): void {
  const open = survey as Open
  if (value === null) open.nulls++
  else if (typeof value === 'bigint') observeInteger(open, value)
  else if (typeof value === 'number') observeReal(open, value)
  else if (typeof value === 'string') observeText(open, value)
  else {
    open.blobs++
    open.maxBytes = Math.max(open.maxBytes, value.byteLength)
  }
}

/** Rows in which the column is not NULL. */
export function observedValues(survey: ColumnSurvey): number {
  return survey.integers + survey.reals + survey.texts + survey.blobs
}

function observeInteger(open: Open, value: bigint): void {
  open.integers++
  const smallest = open.minInteger === null || value < open.minInteger
  const largest = open.maxInteger === null || value > open.maxInteger
  if (smallest) open.minInteger = value
  if (largest) open.maxInteger = value
  if (smallest || largest) open.integerDigits = Math.max(open.integerDigits, String(value < 0n ? -value : value).length)
}

function observeReal(open: Open, value: number): void {
  open.reals++
  if (open.float4) open.float4 = fitsFloat4(value)
  if (!Number.isFinite(value)) {
    open.infiniteReals++
    return
  }
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) open.wholeReals++
  observeDigits(open, plainDecimal(value))
}

function observeText(open: Open, text: string): void {
  open.texts++
  const length = /[\ud800-\udbff]/.test(text) ? Array.from(text).length : text.length
  open.minTextLength = Math.min(open.minTextLength, length)
  open.maxTextLength = Math.max(open.maxTextLength, length)
  if (length * 4 > open.maxBytes) open.maxBytes = Math.max(open.maxBytes, Buffer.byteLength(text))
  for (const form of open.forms) if (!hasForm(text, form)) open.forms.delete(form)
  if (open.forms.size === 0) return
  if (open.forms.has('decimal')) {
    if (/^(?:NaN|-?Infinity)$/.test(text)) open.specialTexts++
    else open.leastTextFraction = Math.min(open.leastTextFraction, observeDigits(open, text))
  } else {
    const fraction = /:\d\d\.(\d+)/.exec(text)?.[1]
    if (fraction !== undefined) open.fractionDigits = Math.max(open.fractionDigits, fraction.length)
  }
}

function observeDigits(open: Open, decimal: string): number {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.')
  open.integerDigits = Math.max(open.integerDigits, whole === '0' ? 0 : whole.length)
  open.fractionDigits = Math.max(open.fractionDigits, fraction.length)
  return fraction.length
}
