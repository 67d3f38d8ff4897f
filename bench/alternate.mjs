import { run as shell } from './machine/measure.mjs'

/** Runs the steps in turn, and all of them again: what is compared was measured under the same weather. */
export async function alternate(bench, steps, server) {
  const runs = new Map()
  for (let round = 1; round <= bench.repeat; round += 1) {
    for (const { name, before, run } of steps) {
      await before?.()
      // What the step before left to be written must not be written in this one's time.
      await shell('sync')
      const serverBefore = server?.cpu() ?? 0
      const measured = await run()
      const serverCpu = server === undefined || measured.scaled ? null : server.cpu() - serverBefore
      bench.say(`  ${round}/${bench.repeat}  ${name}  ${measured.seconds.toFixed(2)} s${measured.scaled ? ' (scaled)' : ''}`)
      runs.set(name, [...(runs.get(name) ?? []), { ...measured, output: undefined, serverCpu }])
    }
  }
  return runs
}
