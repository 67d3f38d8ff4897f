/** Numbers in [0, 1) from a linear congruential generator (Numerical Recipes' constants): samples must not differ from run to run. */
export function numberSequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
