import type { Encoding } from '../../schema/column-type.js'

const MAX_SAFE = '9007199254740991'

/**
 * PostgreSQL's text form of a value inside an array or composite (or of one itself) as canonical JSON. Source of the
 * two literal grammars: the PostgreSQL manual, "Arrays" and "Composite Types", input and output syntax.
 */
export function literalToJson(text: string, encoding: Encoding): string {
  switch (encoding.family) {
    case 'array':
      // A prefix of bounds is printed only when a lower bound is not 1: JSON arrays have no such thing.
      return text.startsWith('[') ? JSON.stringify(text) : arrayToJson(text, encoding.element, encoding.delimiter)
    case 'composite':
      return compositeToJson(text, encoding.fields)
    case 'boolean':
      return text === 't' ? 'true' : 'false'
    case 'integer':
      return isSafeInteger(text) ? text : JSON.stringify(text)
    case 'real':
      return /[NI]/.test(text) ? JSON.stringify(text) : text
    case 'bytes':
      return JSON.stringify(text.slice(2))
    default:
      return JSON.stringify(text)
  }
}

function isSafeInteger(text: string): boolean {
  const digits = text.startsWith('-') ? text.slice(1) : text
  return digits.length < MAX_SAFE.length || (digits.length === MAX_SAFE.length && digits <= MAX_SAFE)
}

function arrayToJson(text: string, element: Encoding, delimiter: string): string {
  let at = 0
  const array = (): string => {
    const parts: string[] = []
    at += 1
    while (text[at] !== '}') {
      if (text[at] === '{') parts.push(array())
      else if (text[at] === '"') parts.push(scalar(quoted()))
      else parts.push(bare())
      if (text[at] === delimiter) at += 1
    }
    at += 1
    return `[${parts.join(',')}]`
  }
  const bare = (): string => {
    const start = at
    while (text[at] !== delimiter && text[at] !== '}') at += 1
    const word = text.slice(start, at)
    return word === 'NULL' ? 'null' : scalar(word)
  }
  const quoted = (): string => {
    let value = ''
    at += 1
    while (text[at] !== '"') {
      if (text[at] === '\\') at += 1
      value += text.charAt(at)
      at += 1
    }
    at += 1
    return value
  }
  // An element of an array type (a domain over one) stays a literal: nesting already means dimensions.
  const scalar = (value: string): string => (element.family === 'array' ? JSON.stringify(value) : literalToJson(value, element))
  return array()
}

function compositeToJson(text: string, fields: readonly { readonly name: string; readonly encoding: Encoding }[]): string {
  let at = 1
  const parts: string[] = []
  for (const field of fields) {
    let value = ''
    let isNull = true
    while (text[at] !== ',' && text[at] !== ')') {
      isNull = false
      if (text[at] === '"') {
        at += 1
        for (;;) {
          if (text[at] === '\\') value += text.charAt(at + 1)
          else if (text[at] === '"' && text[at + 1] === '"') value += '"'
          else if (text[at] === '"') break
          else {
            value += text.charAt(at)
            at += 1
            continue
          }
          at += 2
        }
        at += 1
      } else {
        value += text.charAt(at)
        at += 1
      }
    }
    at += 1
    parts.push(`${JSON.stringify(field.name)}:${isNull ? 'null' : literalToJson(value, field.encoding)}`)
  }
  return `{${parts.join(',')}}`
}

/**
 * The way back: a parsed canonical JSON value as PostgreSQL's text form, or null for NULL.
 * @throws TypeError when the value is not of the family; the caller names the row.
 */
export function jsonToLiteral(value: unknown, encoding: Encoding): string | null {
  if (value === null) return null
  switch (encoding.family) {
    case 'array':
      if (typeof value === 'string') return value
      if (!Array.isArray(value)) throw new TypeError('an array is expected')
      return arrayLiteral(value, encoding.element, encoding.delimiter)
    case 'composite':
      return compositeLiteral(value, encoding.fields)
    case 'boolean':
      if (typeof value !== 'boolean') throw new TypeError('true or false is expected')
      return value ? 't' : 'f'
    case 'integer':
    case 'real':
      if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
      break
    case 'bytes':
      if (typeof value === 'string') return `\\x${value}`
      break
    default:
  }
  if (typeof value !== 'string') throw new TypeError('a string is expected')
  return value
}

function arrayLiteral(values: readonly unknown[], element: Encoding, delimiter: string): string {
  const parts = values.map((value) => {
    if (Array.isArray(value)) return arrayLiteral(value, element, delimiter)
    const text = jsonToLiteral(value, element)
    return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`
  })
  return `{${parts.join(delimiter)}}`
}

function compositeLiteral(value: unknown, fields: readonly { readonly name: string; readonly encoding: Encoding }[]): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('an object is expected')
  const record = new Map(Object.entries(value))
  const unknown = [...record.keys()].find((name) => !fields.some((field) => field.name === name))
  if (unknown !== undefined) throw new TypeError(`there is no field ${unknown}`)
  const parts = fields.map((field) => {
    const cell: unknown = record.get(field.name)
    if (cell === undefined) throw new TypeError(`the field ${field.name} is missing`)
    const text = jsonToLiteral(cell, field.encoding)
    return text === null ? '' : `"${text.replace(/["\\]/g, '$&$&')}"`
  })
  return `(${parts.join(',')})`
}
