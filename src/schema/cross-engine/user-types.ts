import type { UserType } from '../schema.js'
import type { ColumnType } from '../column-type.js'
import { parsePostgresqlType, type PostgresqlTypeName } from './postgresql-type-name.js'

/** The user's type of that name; without a schema in the name the search path would find it, so any schema will do if only one has it. */
export function findUserType(name: PostgresqlTypeName, types: readonly UserType[]): UserType | undefined {
  if (name.namespace !== null) return types.find((type) => type.name === name.name && type.namespace === name.namespace)
  const named = types.filter((type) => type.name === name.name)
  return named.find((type) => type.namespace === 'public') ?? (named.length === 1 ? named[0] : undefined)
}

/** The domains a column's type is made of, outermost first. */
export function domainsOf(type: ColumnType, types: readonly UserType[]): readonly (UserType & { readonly kind: 'domain' })[] {
  const found: (UserType & { readonly kind: 'domain' })[] = []
  let declared = type.declared
  while (found.length < types.length) {
    const parsed = parsePostgresqlType(declared)
    const user = parsed === null || parsed.array ? undefined : findUserType(parsed, types)
    if (user?.kind !== 'domain') break
    found.push(user)
    declared = user.base
  }
  return found
}
