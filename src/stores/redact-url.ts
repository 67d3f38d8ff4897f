/** Parameters that never hold a secret and help to recognise the store. */
const HARMLESS = new Set(['host', 'port', 'user', 'db', 'dbname', 'sslmode', 'ssl', 'application_name', 'connect_timeout'])

/**
 * A URL ready to print: without its password, wherever that stands, and without any parameter that could be one.
 * A URL that does not parse (a password with an unescaped `/` or `#`) loses everything up to its last `@`.
 */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  // An unescaped `/`, `?` or `#` in a password may still parse, as port and path: then an `@` stands behind the host.
  if (parsed === null || parsed.host === '' || `${parsed.pathname}${parsed.search}${parsed.hash}`.includes('@')) return redactText(url)
  const password = parsed.password === '' ? '' : ':***'
  const authority = parsed.username === '' && password === '' ? '' : `${parsed.username}${password}@`
  return `${parsed.protocol}//${authority}${parsed.host}${parsed.pathname}${redactQuery(parsed.searchParams)}`
}

function redactQuery(parameters: URLSearchParams): string {
  const shown: string[] = []
  for (const [name, value] of parameters) {
    if (HARMLESS.has(name)) shown.push(`${name}=${encodeURIComponent(value).replaceAll('%2F', '/')}`)
    else if (/^[a-z_]+$/i.test(name)) shown.push(`${name}=***`)
  }
  return shown.length === 0 ? '' : `?${shown.join('&')}`
}

function redactText(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0] ?? ''
  const rest = text.slice(scheme.length)
  const at = rest.lastIndexOf('@')
  const open = at < 0 ? rest : `***${rest.slice(at)}`
  return scheme + open.replace(/\b([a-z]*password)=('[^']*'|[^\s&]*)/gi, '$1=***')
}
