export interface Runs {
  readonly numRuns: number
  readonly endOnFailure: boolean
  readonly seed?: number
}

/**
 * How many random cases a property test tries: few in CI, as many as HOLDALL_TEST_RUNS asks for on demand. Shrinking a failing
 * case makes databases over and over, so it is asked for with HOLDALL_TEST_SHRINK=1 and the seed that failed.
 */
export function runs(usual: number): Runs {
  const asked = Number(process.env['HOLDALL_TEST_RUNS'])
  const seed = Number(process.env['HOLDALL_TEST_SEED'])
  return {
    numRuns: asked > 0 ? asked : usual,
    endOnFailure: process.env['HOLDALL_TEST_SHRINK'] !== '1',
    ...(Number.isInteger(seed) && seed !== 0 ? { seed } : {}),
  }
}
