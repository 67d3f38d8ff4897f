/** What a file is by its first bytes: gzip, or a JSON object behind what may stand before one. Null: neither. */
export function inputKind(head: Buffer): 'archive' | 'json' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'archive'
  return /^\uFEFF?\s*\{/.test(head.toString('utf8')) ? 'json' : null
}
