export const NEWLINE = 0x0a

/** Rows in whole lines of NDJSON. */
export function countRows(bytes: Buffer): number {
  let rows = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) rows += 1
  return rows
}

/** What is wrong with the lines of a chunk, or null. `rows` null: it is not known how many there should be. */
export function chunkProblem(content: Buffer, rows: number | null): string | null {
  if (content.at(-1) !== NEWLINE) return 'the chunk does not end with a whole row'
  const found = rows === null ? null : countRows(content)
  return found === rows ? null : `the chunk holds ${found ?? 0} rows, not ${rows ?? 0}`
}
