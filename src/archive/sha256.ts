import { createHash } from 'node:crypto'

/** SHA-256 of the pieces together, hex. */
export function sha256(...pieces: readonly Buffer[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
