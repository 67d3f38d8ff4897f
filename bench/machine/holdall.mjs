import { join } from 'node:path'
import { measure } from './measure.mjs'

// The heap is held small, so that memory which grows with the rows ends a run instead of hiding in it.
export const MAIN = process.env.HOLDALL_BENCH_MAIN ?? join(import.meta.dirname, '../../dist/cli/main.js')
const COMMAND = `node --max-old-space-size=128 ${MAIN} --quiet --json`

/** The highest resident memory of each run so far. */
export const peaks = []

/** Runs the built command and measures it; `result` is what it printed. */
export async function holdall(words) {
  const measured = await measure(`${COMMAND} ${words}`)
  peaks.push(measured.peak)
  const lines = measured.output.trimEnd().split('\n')
  return { ...measured, result: JSON.parse(lines[lines.length - 1]) }
}

/** Ends the bench where a run was not what it is measured for. */
export function expectTotals({ result }, expected) {
  for (const [name, count] of Object.entries(expected)) {
    if (result.totals[name] !== count) throw new Error(`${count} rows ${name} were expected, not ${JSON.stringify(result.totals)}`)
  }
}
