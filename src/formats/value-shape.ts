import { keyPrefixes } from '../rows/key-prefixes.js'
import type { Encoding } from '../schema/column-type.js'

/** What must be known of a value to bring it into canonical form: null when its spacing is all that can differ. */
export type ValueShape = ObjectShape | ArrayShape | null

/** An object of fixed keys: a row, or a composite value. */
export interface ObjectShape {
  readonly kind: 'object'
  readonly names: readonly string[]
  readonly places: ReadonlyMap<string, number>
  /** The bytes before each value in canonical form: `{"a":`, then `,"b":`. */
  readonly prefixes: readonly Buffer[]
  /** The keys alone, as canonical form writes them: `"a"`. */
  readonly keys: readonly Buffer[]
  readonly values: readonly ValueShape[]
  /** True when no value has a shape of its own. */
  readonly flat: boolean
}

export interface ArrayShape {
  readonly kind: 'array'
  readonly element: ObjectShape
}

export function objectShape(fields: readonly { readonly name: string; readonly encoding: Encoding }[]): ObjectShape {
  const names = fields.map((field) => field.name)
  const values = fields.map((field) => valueShape(field.encoding))
  return Object.freeze({
    kind: 'object',
    names,
    places: new Map(names.map((name, index) => [name, index])),
    prefixes: keyPrefixes(names),
    keys: names.map((name) => Buffer.from(JSON.stringify(name))),
    values,
    flat: values.every((value) => value === null),
  })
}

function valueShape(encoding: Encoding): ValueShape {
  if (encoding.family === 'composite') return objectShape(encoding.fields)
  if (encoding.family !== 'array') return null
  const element = valueShape(encoding.element)
  return element?.kind === 'object' ? Object.freeze({ kind: 'array', element }) : null
}
