import { present } from '../errors/present.js'

const MOST = 3

/**
 * Names a user may have meant, nearest first, at most three: the same but for case, one beginning with the other, or
 * few letters apart. Only the last part of a dotted name may be near too (`users` for `audit.users`).
 */
export function nearNames(name: string, candidates: Iterable<string>): string[] {
  const wanted = name.toLowerCase()
  const near: { candidate: string; distance: number }[] = []
  for (const candidate of new Set(candidates)) {
    const distance = Math.min(remoteness(wanted, candidate.toLowerCase()), remoteness(wanted, candidate.toLowerCase().replace(/^.*\./, '')) + 0.5)
    if (distance < Infinity) near.push({ candidate, distance })
  }
  near.sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
  return near.slice(0, MOST).map(({ candidate }) => candidate)
}

/** 0 for equal, less than 1 for one beginning with the other, else edits; Infinity when nobody would call them near. */
function remoteness(wanted: string, candidate: string): number {
  if (wanted === candidate) return 0
  const shorter = Math.min(wanted.length, candidate.length)
  if (shorter >= 2 && (candidate.startsWith(wanted) || wanted.startsWith(candidate))) {
    return 1 - shorter / Math.max(wanted.length, candidate.length)
  }
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3))
  if (Math.abs(wanted.length - candidate.length) > allowed || shorter < 2) return Infinity
  const edits = editDistance(wanted, candidate)
  return edits <= allowed ? edits : Infinity
}

/** Damerau's distance with adjacent swaps (optimal string alignment), in UTF-16 units. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(present(last[j]) + 1, present(row[j - 1]) + 1, present(last[j - 1]) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, present(beforeLast[j - 2]) + 1)
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return present(last[b.length])
}
