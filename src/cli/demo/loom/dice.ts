import { numberSequence } from '../number-sequence.js'
import { later, loomTime, type LoomTime, type TimeSpelling } from './loom-time.js'

/** Chance that falls the same way for the same seed. */
export interface Dice {
  /** In [0, 1), with all 53 bits of a double: 17 digits when printed. */
  fraction(): number
  /** Both bounds included. */
  whole(low: number, high: number): number
  /** True that often. */
  chance(share: number): boolean
  pick<const T>(values: readonly [T, ...T[]]): T
  /** The moment of row `index` of `count`, all spread over six weeks in their order, to the nanosecond and in any spelling. */
  moment(index: number, count: number): LoomTime
}

/** 2026-01-05 08:00 UTC. */
const START = loomTime(1_767_600_000_000_000_000n)
const SIX_WEEKS = 42 * 86_400

const SPELLINGS = ['go', 'go', 'go', 'go', 'go', 'go', 'sql', 'rfc3339'] as const satisfies readonly TimeSpelling[]
/** California, UTC and central Europe. */
const OFFSETS = [-480, -480, -480, 0, 60] as const

/** Dice of their own for each table, so that one table's rows do not depend on how many others have. */
export function rollDice(seed: number, name: string): Dice {
  const next = numberSequence(mix(seed, name))
  for (let warm = 0; warm < 4; warm += 1) next()
  const fraction = (): number => (Math.floor(next() * 2 ** 26) * 2 ** 27 + Math.floor(next() * 2 ** 27)) / 2 ** 53
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const pick = <const T>(values: readonly [T, ...T[]]): T => values[whole(0, values.length - 1)] ?? values[0]
  return Object.freeze({
    fraction,
    whole,
    pick,
    chance: (share: number) => next() < share,
    moment: (index: number, count: number) => {
      const { nanoseconds } = later(START, (SIX_WEEKS * (index + fraction())) / Math.max(count, 1))
      return loomTime(nanoseconds - (nanoseconds % 1000n) + BigInt(whole(0, 999)), pick(SPELLINGS), pick(OFFSETS))
    },
  })
}

/** `wfn-1f0c93a7`: seemingly random, never twice for a prefix, other ones for another seed. */
export function loomId(seed: number, prefix: string, index: number): string {
  // Multiplying by an odd number maps 32 bits onto themselves, one to one.
  const mixed = (Math.imul(index, 0x9e3779b1) ^ mix(seed, prefix)) >>> 0
  return `${prefix}-${mixed.toString(16).padStart(8, '0')}`
}

/** FNV-1a. */
function mix(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ seed
  for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> 0
}
