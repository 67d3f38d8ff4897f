export type Expansion =
  | { readonly kind: 'expanded'; readonly text: string }
  | { readonly kind: 'unset'; readonly variable: string }
  /** A `${` that is no variable. */
  | { readonly kind: 'malformed' }

const REFERENCE = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|(\{))/g

/**
 * Puts in `$VAR`, `${VAR}` and `${VAR:-default}` (when VAR is unset or empty) from the environment; `$$` is a dollar
 * sign, and so is any other `$`. What is put in is not looked at again.
 */
export function expandVariables(text: string, env: NodeJS.ProcessEnv): Expansion {
  const failures: Expansion[] = []
  const expanded = text.replace(REFERENCE, (_, dollar?: string, bare?: string, braced?: string, otherwise?: string) => {
    if (dollar !== undefined) return '$'
    const name = bare ?? braced
    if (name === undefined) {
      failures.push({ kind: 'malformed' })
      return ''
    }
    const value = env[name]
    if (otherwise !== undefined) return value === undefined || value === '' ? otherwise : value
    if (value === undefined) failures.push({ kind: 'unset', variable: name })
    return value ?? ''
  })
  return failures[0] ?? { kind: 'expanded', text: expanded }
}
