const MASK = '***'

/**
 * Takes passwords out of a text: those in URLs, in `password=…`, and the known ones wherever they stand. The last
 * line of defence: stores keep them out of names and messages themselves.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  // Up to the last @ of the word, because a password may itself hold an @ or a slash that was not encoded.
  let clean = text.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"`]*):[^\s'"`]*@/gi, `$1:${MASK}@`)
  clean = clean.replace(/\b((?:ssl)?password)\s*=\s*(?:'(?:[^'\\]|\\.)*'|[^\s&'"`]+)/gi, `$1=${MASK}`)
  for (const secret of secrets) clean = clean.replaceAll(secret, MASK)
  return clean
}

/**
 * Passwords in the URLs among these texts, as written and as decoded. Left out are short ones, which would take words
 * apart, and one that is also the URL's scheme, user or database: those are printed anyway, and the URL's own place for it is masked.
 */
export function secretsIn(texts: readonly (string | undefined)[]): readonly string[] {
  const found = new Set<string>()
  for (const text of texts) {
    const [, scheme = '', user = '', raw, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^\s:/@]*):(.*)@(.*)$/i.exec(text ?? '') ?? []
    if (raw === undefined) continue
    const open = [scheme, user, ...rest.split(/[/:?]/)]
    for (const secret of [raw, decode(raw)]) if (secret.length >= 4 && !open.includes(secret)) found.add(secret)
  }
  return [...found].sort((a, b) => b.length - a.length)
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch (error) {
    if (error instanceof URIError) return raw
    throw error
  }
}
