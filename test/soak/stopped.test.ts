import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createDatabase } from '../postgres/database.js'
import { run, start, succeed } from './command.js'
import { expectedRows, ledgerInPostgresql, ledgerInSqlite, TABLES } from './ledger.js'
import { rowsOf, settled, summary } from './oracle.js'
import { empty, filesIn, makePlace, type Place } from './place.js'
import { chosenSeed, LONG, randomFrom, times } from './random.js'
import { makeScenarios, type Scenario } from './scenarios.js'

/** Commands that change nothing that is there: all they have is what they print and what they make. */
function readers(place: Place): readonly Scenario[] {
  const archive = join(place.inputs, 'source.tar.gz')
  const other = ledgerInSqlite(join(place.inputs, 'other.db'), { word: 'other', first: 1, last: 250 })
  const one = (name: string, args: readonly string[], ends: number, done: readonly string[] = []): Scenario => ({ name, args, reset: async () => empty(place.work), state: async () => filesIn(place.work).join(), expected: done.join(), ends, again: 2, left: /^$/, stays: /^$/, done })
  return [
    one('verify', ['verify', archive, '-q'], 0),
    one('diff', ['diff', archive, other, '-q'], 1),
    one('recover', ['recover', archive, '-o', join(place.work, 'saved.tar.gz'), '-q'], 0, ['saved.tar.gz']),
    one('import from standard input', ['import', '-', '-s', join(place.work, 'piped.db'), '--create', '-q'], 5),
  ]
}

const SIGNALS = [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const

test('SIGINT, SIGTERM and SIGHUP at any moment: the exit code says it, no file is left, nothing is half done', { timeout: LONG ? 7_200_000 : 300_000 }, async () => {
  const place = makePlace()
  const seed = chosenSeed()
  const random = randomFrom(seed + 1)
  const scenarios = [...(await makeScenarios(place)), ...readers(place)]
  const aim = times(16)
  const lasted = new Map<string, number>()
  let stopped = 0
  for (let turn = 0; turn < aim; turn += 1) {
    const scenario = scenarios[turn % scenarios.length]!
    await scenario.reset()
    const before = await scenario.state()
    let usual = lasted.get(scenario.name)
    if (usual === undefined) {
      const began = Date.now()
      expect(await run(scenario.args, { tmp: place.temporary() }), scenario.name).toMatchObject({ code: scenario.ends })
      usual = Date.now() - began
      lasted.set(scenario.name, usual)
      await scenario.reset()
    }
    const [signal, number] = SIGNALS[Math.floor(random() * SIGNALS.length)]!
    const delay = usual * (0.1 + 0.9 * random())
    const where = `${scenario.name}, ${signal} after ${delay.toFixed(1)} ms of ${usual} (seed ${seed}, turn ${turn})`
    const tmp = place.temporary()
    const { child, ended } = start(scenario.args, { tmp })
    // Standard input stays open where it is read: it waits for it.
    if (!scenario.args.includes('-')) child.stdin?.end()
    await Promise.race([after(delay), ended])
    child.kill(signal)
    const { code, err } = await ended
    expect([scenario.ends, number], `${where}: ${err}`).toContain(code)
    expect(err, where).not.toMatch(/\n\s+at .*:\d+:\d+/)
    const store = scenario.args.find((arg) => arg.startsWith('postgres'))
    if (store !== undefined) await settled(store)
    if (code === number) {
      stopped += 1
      expect([await scenario.state(), filesIn(place.work).filter((name) => !/^into\.db(-wal|-shm)?$/.test(name))], where).toEqual([before, []])
    } else {
      expect([await scenario.state(), filesIn(place.work)], where).toEqual([scenario.expected, scenario.done])
    }
    expect(filesIn(tmp), where).toEqual([])
  }
  expect(stopped).toBeGreaterThan(aim / 4)
})

describe('standard output that is closed', () => {
  test.each([
    ['export', (store: string, _archive: string) => ['export', '-s', store, '-o', '-'], 14],
    ['inspect', (_store: string, archive: string) => ['inspect', archive, '--json'], 14],
    ['verify', (_store: string, archive: string) => ['verify', archive, '--json'], 14],
    ['diff', (store: string, archive: string) => ['diff', archive, store, '--show', '100000', '--json'], 14],
    ['--help', () => ['--help'], 14],
  ])('%s ends with its exit code, and no stack trace', async (_what, args, expected) => {
    const place = makePlace()
    const store = ledgerInSqlite(join(place.inputs, 'one.db'), { word: 'one', first: 1, last: 100 })
    const archive = join(place.inputs, 'two.tar.gz')
    await succeed(['export', '-s', ledgerInSqlite(join(place.inputs, 'two.db'), { word: 'two', first: 51, last: 150 }), '-o', archive, '-q'], { tmp: place.temporary() })
    for (const when of ['at once', 'after the first bytes']) {
      const tmp = place.temporary()
      const { child, ended } = start(args(store, archive), { tmp })
      child.stdin?.end()
      if (when !== 'at once') await once(child.stdout!, 'data')
      child.stdout!.destroy()
      const { code, err } = await ended
      // What is short is through before the reader is gone.
      expect(when === 'at once' ? [expected] : [expected, 0, 1], `${when}: ${err}`).toContain(code)
      if (code === expected) expect(err).toContain('OUTPUT_FAILED')
      expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/)
      expect([filesIn(tmp), filesIn(place.inputs)]).toEqual([[], ['one.db', 'two.db', 'two.tar.gz']])
    }
  })

  test('an import whose report nobody reads is done all the same, and says that it could not report', async () => {
    const place = makePlace()
    const ledger = { word: 'one', first: 1, last: 50 }
    const archive = join(place.inputs, 'one.tar.gz')
    await succeed(['export', '-s', ledgerInSqlite(join(place.inputs, 'one.db'), ledger), '-o', archive, '-q'], { tmp: place.temporary() })
    for (const store of [join(place.work, 'into.db'), await ledgerInPostgresql((await createDatabase()).url, null)]) {
      const { child, ended } = start(['import', archive, '-s', store, '--create'], { tmp: place.temporary() })
      child.stdin?.end()
      child.stdout!.destroy()
      const { code, err } = await ended
      expect([code, err]).toEqual([14, expect.stringContaining('standard output was closed by its reader')])
      expect(summary(await rowsOf(store, TABLES))).toBe(summary(expectedRows(ledger)))
    }
  })

  test('`| head -c 100` in a shell: the exit code of the export is seen, and an archive is not taken for whole', async () => {
    const place = makePlace()
    const store = ledgerInSqlite(join(place.inputs, 'one.db'), { word: 'one', first: 1, last: 400 })
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname
    const script = '"$0" "$1" export -s "$2" -o - -q 2> "$3/err" | head -c 100 > "$3/out"; echo "${PIPESTATUS[0]}"'
    const shell = spawn('bash', ['-c', script, process.execPath, main, store, place.work], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    shell.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
    await once(shell, 'close')
    expect(said).toBe('14\n')
    expect((await run(['verify', join(place.work, 'out')], { tmp: place.temporary() })).code).toBe(5)
  })

  test('standard error that is closed hides nothing of the exit code', async () => {
    const place = makePlace()
    const store = ledgerInSqlite(join(place.inputs, 'one.db'), { word: 'one', first: 1, last: 50 })
    for (const [args, expected] of [[['export', '-s', store, '-o', join(place.work, 'out.tar.gz')], 0], [['export', '-s', join(place.inputs, 'no.db'), '-o', '-'], 10]] as const) {
      const { child, ended } = start(args, { tmp: place.temporary() })
      child.stdin?.end()
      child.stderr!.destroy()
      expect((await ended).code).toBe(expected)
    }
    await succeed(['verify', join(place.work, 'out.tar.gz'), '-q'], { tmp: place.temporary() })
  })
})
