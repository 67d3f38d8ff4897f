import type { LeftOut } from '../../schema/schema.js'
import type { Field } from '../command.js'
import type { JsonValue } from '../json.js'
import { printable } from '../text/printable.js'

export const LEFT_OUT_FIELDS: readonly Field[] = Object.freeze([
  { path: 'left_out[].kind', type: 'string', means: 'what it is: `view`, `trigger`, `column`, …' },
  { path: 'left_out[].name', type: 'string', means: 'its name' },
  { path: 'left_out[].reason', type: 'string', means: 'why it was left out' },
])

export function leftOutJson(leftOut: readonly LeftOut[]): JsonValue {
  return leftOut.map(({ kind, name, reason }) => ({ kind, name, reason }))
}

/** A paragraph, or nothing. */
export function leftOutText(leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return []
  return ['', 'Left out:', ...leftOut.map(({ kind, name, reason }) => `  ${printable(`${kind} ${name}: ${reason}`)}`)]
}
