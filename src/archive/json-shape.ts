/** Checks a parsed JSON value and gives it back typed and frozen, without the keys it does not know. */
export type Shape<T> = (value: unknown, path: string) => T

/** A value that does not have its shape. The message names the place: `schema.tables[2].columns[0].name: no string`. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}

export function misshapen(path: string, problem: string): never {
  throw new ShapeError(`${path}: ${problem}`)
}

export const text: Shape<string> = (value, path) => (typeof value === 'string' ? value : misshapen(path, 'no string'))

export const flag: Shape<boolean> = (value, path) => (typeof value === 'boolean' ? value : misshapen(path, 'neither true nor false'))

/** A whole number from 0 to 2^53-1. */
export const count: Shape<number> = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : misshapen(path, 'no whole number')

export function matching(pattern: RegExp, what: string): Shape<string> {
  return (value, path) => (pattern.test(text(value, path)) ? text(value, path) : misshapen(path, `no ${what}`))
}

/** One of several texts. Give `T` by name: then the compiler misses a choice that is added to it. */
export function oneOf<T extends string>(choices: { readonly [K in T]: true }): Shape<T> {
  return (value, path) => {
    if (typeof value === 'string' && Object.hasOwn(choices, value)) return value as T
    return misshapen(path, `none of ${Object.keys(choices).join(', ')}`)
  }
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, path) => (value === null ? null : shape(value, path))
}

/** A key that may be missing. */
export function optional<T>(shape: Shape<T>, fallback: T): Shape<T> {
  return (value, path) => (value === undefined ? fallback : shape(value, path))
}

export function list<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) misshapen(path, 'no array')
    return Object.freeze(value.map((element: unknown, i) => shape(element, `${path}[${i}]`)))
  }
}

/** An object with any keys and values of one shape. */
export function record<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.freeze(Object.fromEntries(Object.entries(keyed(value, path)).map(([key, each]) => [key, shape(each, `${path}[${JSON.stringify(key)}]`)])))
}

export function object<T extends object>(fields: { readonly [K in keyof T]-?: Shape<T[K]> }): Shape<Readonly<T>> {
  const names = Object.keys(fields) as (keyof T & string)[]
  return (value, path) => {
    const source = keyed(value, path)
    const result: Partial<T> = {}
    for (const name of names) result[name] = fields[name](Object.hasOwn(source, name) ? source[name] : undefined, `${path}.${name}`)
    return Object.freeze(result as T)
  }
}

/** One of several shapes, told apart by the value of a key. */
export function variants<K extends string, T extends Readonly<Record<K, string>>>(key: K, shapes: { readonly [V in T[K]]: Shape<T> }): Shape<T> {
  const which = oneOf(Object.fromEntries(Object.keys(shapes).map((name) => [name, true])) as { readonly [V in T[K]]: true })
  return (value, path) => shapes[which(keyed(value, path)[key], `${path}.${key}`)](value, path)
}

/** An object of JSON that is kept as it is; nested at most `depth` deep, so that nobody's recursion ends in a full stack. */
export function plain(depth: number): Shape<Readonly<Record<string, unknown>>> {
  return (value, path) => {
    freezeDeep(keyed(value, path), path, depth)
    return keyed(value, path)
  }
}

export function keyed(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) misshapen(path, 'no object')
  return value as Readonly<Record<string, unknown>>
}

function freezeDeep(value: unknown, path: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === 0) misshapen(path, 'nested too deep')
  for (const each of Object.values(value)) freezeDeep(each, path, depth - 1)
  Object.freeze(value)
}
