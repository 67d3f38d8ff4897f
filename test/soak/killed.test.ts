import { setTimeout as after } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { run, start } from './command.js'
import { settled } from './oracle.js'
import { filesIn, makePlace } from './place.js'
import { chosenSeed, LONG, randomFrom, times } from './random.js'
import { makeScenarios } from './scenarios.js'

/** What a killed run may leave in its temporary folder: rows kept aside, or an input kept in a file. Databases there have no name. */
const ASIDE = /^holdall-(scratch-|rows-)?[A-Za-z0-9]{6}(\/|$)/

test('kill -9 at any moment: the old state or the new one, and the same command once more does the rest', { timeout: LONG ? 7_200_000 : 300_000 }, async () => {
  const place = makePlace()
  const seed = chosenSeed()
  const random = randomFrom(seed)
  const scenarios = await makeScenarios(place)
  const aim = times(10)
  const seen = { killed: 0, runs: 0, old: 0, new: 0 }
  const lasted = new Map<string, number>()
  for (let turn = 0; seen.killed < aim; turn += 1) {
    expect(turn, 'turns').toBeLessThan(aim * 3 + 10)
    const scenario = scenarios[turn % scenarios.length]!
    await scenario.reset()
    const before = await scenario.state()
    // Its usual duration, from one run that is left alone.
    let usual = lasted.get(scenario.name)
    if (usual === undefined) {
      const began = Date.now()
      const { code, err } = await run(scenario.args, { tmp: place.temporary() })
      usual = Date.now() - began
      lasted.set(scenario.name, usual)
      expect([code, err, await scenario.state()], scenario.name).toEqual([0, '', scenario.expected])
      expect(filesIn(place.work), scenario.name).toEqual(scenario.done)
      await scenario.reset()
    }
    let state = before
    do {
      // All along, and twice as often near the end, where it commits and publishes.
      const delay = usual * (random() < 0.5 ? 0.1 + 0.9 * random() : 0.75 + 0.25 * random())
      const where = `${scenario.name}, killed after ${delay.toFixed(1)} ms of ${usual} (seed ${seed}, turn ${turn})`
      const tmp = place.temporary()
      const { child, ended } = start(scenario.args, { tmp })
      child.stdin?.end()
      await Promise.race([after(delay), ended])
      child.kill('SIGKILL')
      const { code, err } = await ended
      expect([0, 137], `${where}: ${err}`).toContain(code)
      if (code === 137) seen.killed += 1
      seen.runs += 1
      // Now and then the next run meets what the server has not noticed yet.
      const store = scenario.args.find((arg) => arg.startsWith('postgres'))
      if (store !== undefined && random() < 0.7) await settled(store)
      const left = filesIn(place.work).filter((name) => !scenario.done.includes(name))
      expect(left.filter((name) => !scenario.left.test(name) && !scenario.stays.test(name)), `left behind by ${where}`).toEqual([])
      expect(filesIn(tmp).filter((name) => !ASIDE.test(name)), `left in TMPDIR by ${where}`).toEqual([])
      // The oracle opens a file as its application would and so plays its journal back; a run of ours must do the same.
      if (random() < 0.5) {
        state = await scenario.state()
        expect([before, scenario.expected], where).toContain(state)
        if (code === 0) expect(state, where).toBe(scenario.expected)
      } else state = 'not looked at'
    } while (state === before && random() < 0.3)
    const tmp = place.temporary()
    const again = await run(scenario.args, { tmp })
    const where = `${scenario.name}, the run after (seed ${seed}, turn ${turn}): ${again.err}`
    if (state === scenario.expected) expect(again.code, where).toBe(scenario.again)
    else if (state === before) expect(again.code, where).toBe(0)
    else expect([0, scenario.again], where).toContain(again.code)
    expect(await scenario.state(), where).toBe(scenario.expected)
    expect(filesIn(place.work).filter((name) => !scenario.stays.test(name)), where).toEqual(scenario.done)
    expect(filesIn(tmp), where).toEqual([])
    seen[again.code === 0 && state !== scenario.expected ? 'old' : 'new'] += 1
  }
  if (LONG) console.log(`seed ${seed}: ${JSON.stringify(seen)}`)
})
