import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { describePlace, HoldallError } from '../../src/errors/holdall-error.js'
import type { Faults } from './faults.js'
import { filesIn, type Scene } from './scene.js'

/** With HOLDALL_TEST_RUNS every operation is struck, whatever is asked for in CI. */
const EVERY = Number(process.env['HOLDALL_TEST_RUNS']) > 0
const PATIENCE = 20_000

export interface EveryFault<Mode extends string> {
  readonly faults: Faults<Mode>
  readonly mode: Mode
  /** In CI every which operation is struck, and which of them first: from 0. */
  readonly stride?: number
  readonly turn?: number
  /** A failure that is no defect here, although it has no place. */
  readonly placeless?: (error: HoldallError) => boolean
}

/**
 * Runs the operation again and again, the n-th time with its n-th operation struck, until one run passes without. After each: either
 * it failed with an error of the catalogue that says where, and nothing was changed, or it did all that it does without a fault.
 * Returns how many runs were struck.
 */
export async function everyFault<Mode extends string>(scene: Scene, { faults, mode, stride = 1, turn = 0, placeless = () => false }: EveryFault<Mode>): Promise<number> {
  const before = await scene.state()
  const files = filesIn(scene.folder)
  await scene.run()
  const [after, made, filesAfter] = [await scene.state(), await scene.made(), filesIn(scene.folder)]
  await scene.reset()
  expect([await scene.state(), filesIn(scene.folder)]).toEqual([before, files])

  const step = EVERY ? 1 : stride
  const problems: string[] = []
  for (let n = 1 + (turn % step), struck = 0; ; n += step, struck += 1) {
    faults.arm(mode, n)
    const outcome = await patiently(scene.run()).then(() => ({ error: null }), (error: unknown) => ({ error }))
    const { fault } = faults.disarm()
    const label = `${mode} at ${n}: ${fault?.what ?? 'nothing'}`
    const now = await scene.state()
    const left = filesIn(scene.folder).filter((path) => !files.includes(path) && !scene.outputs.includes(path))
    try {
      if (outcome.error === null) {
        expectSame(now, after)
        expectSame(await scene.made(), made)
      } else {
        if (fault === null) expect.fail(`it fails without a fault: ${outcome.error instanceof Error ? outcome.error.message : 'not by an error'}`)
        checkError(outcome.error, label, placeless)
        // What was to confirm a change may fail when the change is there.
        if (!(fault.after && now === after)) expectSame(now, before)
        await scene.checkOutputs()
      }
      if (fault?.removes !== true) expect(left, `${label}: left behind`).toEqual([])
      if (fault === null) expect(filesIn(scene.folder), label).toEqual(filesAfter)
    } catch (error) {
      problems.push(error instanceof Error ? `${label}: ${error.message}` : String(error))
    }
    for (const path of left) rmSync(join(scene.folder, path), { recursive: true, force: true })
    // What no rollback takes back, such as a sequence that was moved, goes too.
    if (outcome.error === null || now !== before || fault?.after === true || scene.outputs.length > 0) await scene.reset()
    if (fault === null) {
      if (problems.length > 0) expect.fail(problems.join('\n'))
      return struck
    }
  }
}

/** Says where two long texts part. */
function expectSame(found: string, due: string): void {
  if (found === due) return
  let at = 0
  while (found[at] === due[at]) at += 1
  const part = (text: string): string => text.slice(Math.max(0, at - 60), at + 200).replaceAll(/\s+/g, ' ')
  expect.fail(`it is …${part(found)}…, and should be …${part(due)}…`)
}

function checkError(error: unknown, label: string, placeless: (error: HoldallError) => boolean): void {
  const shown = error instanceof Error ? `${error.name}: ${error.stack ?? error.message}` : String(error)
  if (!HoldallError.is(error)) return expect.fail(`${label}: ${shown}`)
  expect(error.code, `${label}: ${shown}`).not.toBe('INTERNAL')
  const said = describePlace(error.place) !== '' || /\/|standard input/.test(`${error.message} ${error.hint}`)
  expect(said || placeless(error), `${label}: no place in ${shown}`).toBe(true)
}

async function patiently<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([work, new Promise<never>((_resolve, reject) => (timer = setTimeout(() => reject(new Error('it hangs')), PATIENCE)))])
  } finally {
    clearTimeout(timer)
  }
}
