import type { Column } from '../../schema/schema.js'
import { isPadded, type ValueKind } from './value-kind.js'
import { withoutScale } from './value-form.js'

/** Makes a function that gives the form of a value in a key the one text that keys have which databases take for equal. */
export function keyFold(a: Column, b: Column, kind: ValueKind): (form: string) => string {
  const either = (test: (column: Column) => boolean): boolean => test(a) || test(b)
  const numbers = kind === 'exact' || kind === 'number' || kind === 'decimal'
  const noCase = either(({ collation }) => collation?.toUpperCase() === 'NOCASE')
  const anyCase = either(({ type }) => /(?:^|\.)citext$/.test(type.declared))
  const blanks = either(({ type, collation }) => isPadded(type.declared) || collation?.toUpperCase() === 'RTRIM')
  return (form) => {
    if (!form.startsWith('"')) return numbers && /^-?\d+\.\d+$/.test(form) ? withoutScale(form) : form
    const trimmed = blanks ? form.replace(/ +"$/, '"') : form
    if (anyCase) return trimmed.toLowerCase()
    return noCase ? trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : trimmed
  }
}
