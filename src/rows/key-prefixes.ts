/** The bytes before each cell of a canonical line: `{"a":`, then `,"b":`. */
export function keyPrefixes(names: readonly string[]): readonly Buffer[] {
  return names.map((name, index) => Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`))
}

/** Whether `prefix` stands in `bytes` at `at`. */
export function startsWithAt(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index += 1) {
    if (bytes[at + index] !== prefix[index]) return false
  }
  return true
}
