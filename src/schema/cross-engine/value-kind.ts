import { affinityOf } from '../affinity.js'
import type { ColumnType } from '../column-type.js'
import type { ValueKind } from './cross-expression.js'

/** What a column's values are to expressions of both engines, given its type on either side. */
export function valueKind(postgresql: ColumnType, sqliteDeclared: string, collation: string | null): ValueKind {
  const affinity = affinityOf(sqliteDeclared)
  const { family } = postgresql.encoding
  switch (family) {
    case 'boolean':
    case 'integer':
    case 'real':
      return affinity === 'text' ? 'opaque' : family
    case 'decimal':
      return affinity === 'text' ? 'opaque' : 'decimal'
    case 'text': {
      // char(n) is compared without its blanks; in a column with a numeric affinity a literal may be taken for a number.
      const plain = /^(?:text|character varying)\b/.test(postgresql.declared) && (affinity === 'text' || affinity === 'blob')
      return plain && hasBytewiseEquality(collation) ? 'text' : 'opaque'
    }
    case 'enum':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return family
    default:
      return 'opaque'
  }
}

/** Whether texts are equal only when their bytes are, as far as the collation's name tells. */
export function hasBytewiseEquality(collation: string | null): boolean {
  return collation === null || /^(?:binary|(?:pg_catalog\.)?"?(?:C|POSIX|ucs_basic|C\.UTF-8|pg_c_utf8)"?)$/i.test(collation)
}
