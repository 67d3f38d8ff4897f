import { createHash } from 'node:crypto'

/** Characters a form may have before only its digest is kept. */
const LONGEST = 512
const SHOWN = 80

/** A form as it is, or where it is long, its digest and beginning: `#` begins no form, so neither is taken for the other. */
export function shortForm(form: string): string {
  if (form.length <= LONGEST) return form
  return `#${createHash('sha256').update(form).digest('hex')} ${form.slice(0, SHOWN)}`
}

/** What people see of a form; `cut` where it is longer than that. */
export function shownForm(short: string): { readonly text: string; readonly cut: boolean; readonly digest: string | null } {
  return short.startsWith('#') ? { text: short.slice(66), cut: true, digest: short.slice(1, 9) } : { text: short, cut: false, digest: null }
}
