import { join } from 'node:path'
import { describe, onTestFinished, test } from 'vitest'
import { everyFault } from './every-fault.js'
import { fileFaults, type FileMode } from './file-faults.js'
import { OPERATIONS } from './operations.js'

const MODES: readonly FileMode[] = ['EIO', 'ENOSPC', 'short', 'corrupt']
const CASES = Object.keys(OPERATIONS).flatMap((name, at) => MODES.map((mode, turn) => ({ name, mode, turn: at + turn })))

describe('whichever operation on a file fails, is cut short or corrupts', () => {
  test.each(CASES)('$name: nothing is half done ($mode)', async ({ name, mode, turn }) => {
    const scene = await OPERATIONS[name]!()
    const faults = await fileFaults(scene.folder, join(scene.folder, 'from.db'))
    onTestFinished(() => faults.restore())
    await everyFault(scene, { faults, mode, stride: 3, turn })
  })
})
