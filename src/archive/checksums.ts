import type { MemberExtent } from './manifest.js'

/** `metadata/checksums.sha256` over the members before it, in the form `sha256sum -c` takes inside the root folder. */
export function formatChecksums(members: readonly Pick<MemberExtent, 'path' | 'sha256'>[]): Buffer {
  return Buffer.from(members.map(({ path, sha256 }) => `${sha256}  ${path.slice(path.indexOf('/') + 1)}\n`).join(''))
}

/** Reads the list back: SHA-256 by path inside the root folder. Lines in another form are passed over. */
export function parseChecksums(content: Buffer): ReadonlyMap<string, string> {
  const sums = new Map<string, string>()
  for (const line of content.toString('utf8').split('\n')) {
    const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? []
    if (sum !== undefined && path !== undefined) sums.set(path, sum)
  }
  return sums
}
