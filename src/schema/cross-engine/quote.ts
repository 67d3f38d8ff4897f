/** An identifier in double quotes, in both engines. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A string literal, in both engines. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
