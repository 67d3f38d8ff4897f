import type { ColumnType, ScalarFamily } from './column-type.js'

export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric'

/**
 * The affinity SQLite gives a declared type, by its five rules in their order (datatype3.html, 3.1). In a STRICT table
 * the declared types are their own law; `ANY` there converts nothing, like `blob` here.
 */
export function affinityOf(declared: string, strict = false): Affinity {
  const type = declared.toLowerCase()
  if (strict && type === 'any') return 'blob'
  if (type.includes('int')) return 'integer'
  if (/char|clob|text/.test(type)) return 'text'
  if (type === '' || type.includes('blob')) return 'blob'
  if (/real|floa|doub/.test(type)) return 'real'
  return 'numeric'
}

/** The type of an SQLite column from its declaration; docs/FORMAT.md, "Families". */
export function sqliteColumnType(declared: string, strict = false): ColumnType {
  return Object.freeze({ declared, encoding: Object.freeze({ family: family(declared, strict) }), dynamic: true })
}

function family(declared: string, strict: boolean): ScalarFamily {
  switch (affinityOf(declared, strict)) {
    case 'integer':
      return 'integer'
    case 'text':
      return 'text'
    case 'real':
      return 'real'
    case 'blob':
      return /blob/i.test(declared) ? 'bytes' : 'any'
    case 'numeric':
      return 'any'
  }
}
