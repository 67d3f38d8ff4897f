import type { Column } from '../schema/schema.js'

/** A value by storage class: bigint INTEGER, number REAL, string TEXT, bytes BLOB, boolean only where a family has it. */
export type CellValue = null | bigint | number | string | boolean | Buffer

const TAGS: Readonly<Record<string, (text: string) => CellValue>> = {
  $text: (text) => text,
  $bytes: (text) => Buffer.from(text, 'hex'),
  $integer: (text) => BigInt(text),
  $real: (text) => Number(text),
  $rawtext: (text) => Buffer.from(text, 'hex').toString('utf8'),
}

/**
 * Reads a cell by docs/FORMAT.md, "Families" and "Any class in any column". Arrays and composites come as their JSON text. The
 * cell must have passed `rowChecker`.
 */
export function cellValue(json: string, { type }: Pick<Column, 'type'>): CellValue {
  const { family } = type.encoding
  if (json === 'null') return null
  if (json.startsWith('"')) {
    const text = JSON.parse(json) as string
    if (family === 'integer') return BigInt(text)
    if (family === 'real') return Number(text)
    return family === 'bytes' ? Buffer.from(text, 'hex') : text
  }
  if (json === 'true' || json === 'false') return json === 'true'
  if (json.startsWith('{') && type.dynamic) {
    const [[tag, text] = ['', '']] = Object.entries(JSON.parse(json) as Record<string, string>)
    return TAGS[tag]?.(text) ?? null
  }
  if (json.startsWith('{') || json.startsWith('[')) return json
  return family === 'real' || /[.eE]/.test(json) ? Number(json) : BigInt(json)
}
