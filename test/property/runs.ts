export interface Runs {
  readonly numRuns: number
  readonly endOnFailure: boolean
}

/**
 * How many random cases a property test tries: few in CI, as many as HOLDALL_TEST_RUNS asks for on demand. The cases of CI are
 * always the same (see `seeded.ts`). Shrinking a failing case makes databases over and over, so it is asked for with
 * HOLDALL_TEST_SHRINK=1 and the seed that failed.
 */
export function runs(usual: number): Runs {
  const asked = Number(process.env['HOLDALL_TEST_RUNS'])
  return {
    numRuns: asked > 0 ? asked : usual,
    endOnFailure: process.env['HOLDALL_TEST_SHRINK'] !== '1',
  }
}
