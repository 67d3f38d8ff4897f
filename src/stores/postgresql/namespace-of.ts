/** Every table, type and sequence of PostgreSQL is in a schema; where an archive names none, in the usual one. */
export function namespaceOf({ namespace }: { readonly namespace: string | null }): string {
  return namespace ?? 'public'
}
