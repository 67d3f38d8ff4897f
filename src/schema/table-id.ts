/**
 * The name of a table (or type, or sequence) as users type it and as archives carry it: the bare name in SQLite and in
 * PostgreSQL's `public`, else `namespace.name`. A part that itself holds a dot or a quote is double-quoted, so that
 * every id is unique.
 */
export function tableId(namespace: string | null, name: string): string {
  return namespace === null || namespace === 'public' ? part(name) : `${part(namespace)}.${part(name)}`
}

function part(name: string): string {
  return /[."]/.test(name) || name === '' ? `"${name.replaceAll('"', '""')}"` : name
}
