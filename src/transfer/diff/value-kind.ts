import type { Column } from '../../schema/schema.js'

/**
 * By what two columns' values are held against each other. `exact`: as they are written down, storage class and all; the
 * others are for columns of different engines or families, where one value has several spellings.
 */
export type ValueKind = 'exact' | 'text' | 'padded' | 'boolean' | 'number' | 'decimal' | 'instant' | 'clock' | 'uuid' | 'jsonb' | 'nested'

export function valueKind(a: Column, b: Column): ValueKind {
  const sameEngine = a.type.dynamic === b.type.dynamic
  if (sameEngine && (a.type.dynamic || a.type.encoding.family === b.type.encoding.family)) return 'exact'
  // A declaration binds no value in SQLite, so the other side says what is meant.
  const [one = 'text', other = one] = [a, b].filter(({ type }) => !type.dynamic).map(kindOf)
  return combined(one, other)
}

function kindOf({ type }: Column): ValueKind {
  switch (type.encoding.family) {
    case 'boolean':
    case 'decimal':
    case 'uuid':
      return type.encoding.family
    case 'integer':
    case 'real':
      return 'number'
    case 'text':
      return isPadded(type.declared) ? 'padded' : 'text'
    case 'json':
      return type.declared === 'jsonb' ? 'jsonb' : 'text'
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return 'instant'
    case 'time':
    case 'timetz':
      return 'clock'
    case 'array':
    case 'composite':
      return 'nested'
    default:
      return 'text'
  }
}

/** `char(n)`, whose blanks at the end say nothing. */
export function isPadded(declared: string): boolean {
  return /^(?:character\(|character$|bpchar)/.test(declared)
}

function combined(one: ValueKind, other: ValueKind): ValueKind {
  if (one === other || other === 'text') return one
  if (one === 'text') return other
  const both = new Set([one, other])
  const within = (...kinds: readonly ValueKind[]): boolean => [...both].every((kind) => kinds.includes(kind))
  if (within('number', 'decimal')) return 'decimal'
  return within('number', 'boolean') ? 'boolean' : 'text'
}
