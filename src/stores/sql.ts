/** A piece of SQL. Only the functions here make one, so a plain string cannot slip into a statement. */
export interface Sql {
  readonly text: string
}

const piece = (text: string): Sql => Object.freeze({ text })

/** SQL written as SQL; what is interpolated is itself SQL, or a number. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | number)[]): Sql {
  let text = ''
  for (const [index, string] of strings.entries()) {
    const part = parts[index]
    text += part === undefined ? string : string + (typeof part === 'number' ? String(part) : part.text)
  }
  return piece(text)
}

/** A quoted identifier, in both engines. U+0000 cannot be part of one. */
export function ident(...path: readonly (string | null)[]): Sql {
  const parts = path.filter((name) => name !== null)
  return piece(parts.map((name) => `"${name.replaceAll('\0', '').replaceAll('"', '""')}"`).join('.'))
}

/** A string literal (PostgreSQL runs with standard_conforming_strings). */
export function literal(value: string): Sql {
  return piece(`'${value.replaceAll("'", "''")}'`)
}

export function join(parts: readonly Sql[], separator = ', '): Sql {
  return piece(parts.map((part) => part.text).join(separator))
}

/** SQL text that a database itself printed (types, defaults, definitions) or that the user typed: never a name or a value. */
export function verbatim(text: string): Sql {
  return piece(text)
}
