import type { Encoding, ScalarFamily } from '../../schema/column-type.js'
import type { CompositeField, TypeRow } from './introspect-types.js'

/** All that fixes how values are written: every type, and the fields of the composites among them. */
export interface TypeCatalogue {
  readonly types: ReadonlyMap<string, TypeRow>
  readonly fields: ReadonlyMap<string, readonly CompositeField[]>
}

/** docs/FORMAT.md, "Families"; every built-in type that is not here is `other`. */
const FAMILIES: ReadonlyMap<string, ScalarFamily> = new Map(Object.entries({
  bool: 'boolean',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  float4: 'real',
  float8: 'real',
  numeric: 'decimal',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  bytea: 'bytes',
  json: 'json',
  jsonb: 'json',
  date: 'date',
  time: 'time',
  timetz: 'timetz',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  interval: 'interval',
  uuid: 'uuid',
} as const))

/** The encoding of a type by object id: through domains, arrays and composites. */
export function typeEncoding(oid: string, catalogue: TypeCatalogue): Encoding {
  const type = catalogue.types.get(oid)
  if (type === undefined) return { family: 'other' }
  if (type.kind === 'd' && type.base !== null) return typeEncoding(type.base, catalogue)
  if (type.kind === 'e') return { family: 'enum' }
  if (type.kind === 'c' && type.relation !== null) {
    const fields = catalogue.fields.get(type.relation) ?? []
    return { family: 'composite', fields: fields.map((field) => ({ name: field.name, encoding: typeEncoding(field.type, catalogue) })) }
  }
  if (type.element !== null) return arrayEncoding(type.element, catalogue)
  if (type.namespace === 'pg_catalog') return { family: FAMILIES.get(type.name) ?? 'other' }
  return { family: type.extension === 'citext' && type.name === 'citext' ? 'text' : 'other' }
}

function arrayEncoding(element: string, catalogue: TypeCatalogue): Encoding {
  const delimiter = catalogue.types.get(element)?.delimiter
  // A base type written in C may choose any delimiter; its arrays stay the server's own text.
  if (delimiter !== ',' && delimiter !== ';') return { family: 'other' }
  return { family: 'array', element: typeEncoding(element, catalogue), delimiter }
}

/** Relations of composites that these types reach and whose fields are not known yet. */
export function missingFields(oids: Iterable<string>, catalogue: TypeCatalogue): readonly string[] {
  const missing = new Set<string>()
  for (const type of reachableTypes(oids, catalogue)) {
    if (type.kind === 'c' && type.relation !== null && !catalogue.fields.has(type.relation)) missing.add(type.relation)
  }
  return [...missing]
}

/** These types and all they are made of. */
export function reachableTypes(oids: Iterable<string>, catalogue: TypeCatalogue): readonly TypeRow[] {
  const seen = new Map<string, TypeRow>()
  const open = [...oids]
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const type = catalogue.types.get(oid)
    if (type === undefined || seen.has(oid)) continue
    seen.set(oid, type)
    open.push(...madeOf(type, catalogue))
  }
  return [...seen.values()]
}

/** The types that a type is directly made of. */
export function madeOf(type: TypeRow, catalogue: TypeCatalogue): readonly string[] {
  const fields = type.relation === null ? [] : (catalogue.fields.get(type.relation) ?? []).map((field) => field.type)
  return [type.element, type.base, type.subtype, ...fields].filter((oid) => oid !== null)
}
