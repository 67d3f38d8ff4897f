/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

const asked = Number(process.env['HOLDALL_TEST_RUNS'])

/** A long run: HOLDALL_TEST_RUNS says how often something is done that CI does a few times. */
export const LONG = asked > 0

export function times(usual: number): number {
  return LONG ? asked : usual
}

/** HOLDALL_TEST_SEED, else the same in every run of CI and another in every long run. */
export function chosenSeed(): number {
  const seed = Number(process.env['HOLDALL_TEST_SEED'])
  if (Number.isInteger(seed) && seed !== 0) return seed
  return LONG ? Math.floor(Math.random() * 0x7fff_ffff) + 1 : 20_261_121
}
