import { present } from '../../errors/present.js'
import type { LeftOut, UserType } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import type { TypeRow } from './introspect-types.js'
import { madeOf, type TypeCatalogue } from './type-encoding.js'

/** The user's own types, each after those it is made of. */
export function assembleTypes(catalogue: TypeCatalogue): { readonly types: readonly UserType[]; readonly leftOut: readonly LeftOut[] } {
  const own = [...catalogue.types.values()].filter((type) => type.own).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  const types: UserType[] = []
  const leftOut: LeftOut[] = []
  const done = new Set<string>()
  const visit = (type: TypeRow): void => {
    if (done.has(type.oid)) return
    done.add(type.oid)
    for (const oid of madeOf(type, catalogue)) {
      const part = catalogue.types.get(oid)
      if (part !== undefined) visit(part)
    }
    if (!type.own) return
    leftOut.push(...leftOutOf(type))
    const made = userType(type, catalogue)
    if (made !== null) types.push(made)
  }
  for (const type of own) visit(type)
  return { types, leftOut }
}

function idOf(type: TypeRow): string {
  return tableId(type.namespace, type.name)
}

function userType(type: TypeRow, catalogue: TypeCatalogue): UserType | null {
  const named = { id: idOf(type), namespace: type.namespace, name: type.name }
  switch (type.kind) {
    case 'e':
      return { kind: 'enum', ...named, labels: present(type.labels) }
    case 'd':
      return {
        kind: 'domain',
        ...named,
        base: present(type.declaredBase),
        collation: type.collation,
        nullable: !type.notNull,
        default: type.default,
        checks: (type.checks ?? []).filter((check) => check.enforced).map(({ name, expression, validated }) => ({ name, expression, validated })),
      }
    case 'c':
      return { kind: 'composite', ...named, fields: present(catalogue.fields.get(present(type.relation))).map(({ name, declared, collation }) => ({ name, declared, collation })) }
    case 'r':
      return { kind: 'range', ...named, subtype: present(type.declaredSubtype) }
    default:
      return null
  }
}

function leftOutOf(type: TypeRow): readonly LeftOut[] {
  if (type.kind === 'b') return [{ kind: 'base type', name: idOf(type), reason: 'it is code of the application; its own migrations create it' }]
  if (type.rangeOptions) return [{ kind: 'range option', name: idOf(type), reason: 'its collation, canonical and subtype_diff functions are not carried' }]
  return (type.checks ?? []).filter((check) => !check.enforced).map((check) => ({ kind: 'check', name: `${idOf(type)}.${present(check.name)}`, reason: 'the database does not enforce it' }))
}
