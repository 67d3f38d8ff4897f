import { describe, expect, onTestFinished, test } from 'vitest'
import { everyFault } from './every-fault.js'
import { OPERATIONS } from './operations.js'
import { queryFaults, type QueryMode } from './query-faults.js'

const MODES: readonly QueryMode[] = ['SQLITE_IOERR', 'SQLITE_FULL', 'SQLITE_BUSY', 'gone']
const CASES = Object.keys(OPERATIONS).flatMap((name, at) => MODES.map((mode, turn) => ({ name, mode, turn: at + turn })))

describe('whichever query fails', () => {
  test.each(CASES)('$name: nothing is half done ($mode)', async ({ name, mode, turn }) => {
    const scene = await OPERATIONS[name]!()
    const faults = queryFaults()
    onTestFinished(() => faults.restore())
    await everyFault(scene, { faults, mode, stride: 17, turn: turn * 4 })
  })
})

describe('whichever write is lost without an error', () => {
  const writing = Object.keys(OPERATIONS).filter((name) => /^(?:import|copy)/.test(name))

  test.each(writing)('%s: it is noticed, and nothing is half done', async (name) => {
    const scene = await OPERATIONS[name]!()
    const faults = queryFaults()
    onTestFinished(() => faults.restore())
    expect(await everyFault(scene, { faults, mode: 'lost' })).toBeGreaterThan(3)
  })
})
