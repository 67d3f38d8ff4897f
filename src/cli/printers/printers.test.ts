import { Writable } from 'node:stream'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ProgressEvent } from '../../progress/progress.js'
import { PLAIN } from '../text/style.js'
import { jsonLinesPrinter } from './json-lines.js'
import { linesPrinter } from './lines.js'
import { progressLine } from './progress-line.js'
import { terminalPrinter } from './terminal.js'

let now = 0
const clock = (): number => now
const event = (rows: number, over: Partial<ProgressEvent> = {}): ProgressEvent => ({ phase: 'read', table: 'users', rows, expected: 1000, done: false, ...over })

class Sink extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns = 120
  constructor(isTTY = false) {
    super({ decodeStrings: false })
    this.isTTY = isTTY
  }
  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk
    done()
  }
}

beforeEach(() => {
  now = 0
})

describe('lines', () => {
  test('one for each table when it is finished, and none before', () => {
    const sink = new Sink()
    const printer = linesPrinter(sink, clock, false)
    printer.progress(event(0))
    printer.progress(event(500))
    expect(sink.text).toBe('')
    now = 1500
    printer.progress(event(1000, { done: true }))
    printer.progress({ phase: 'settle', table: null, rows: 0, expected: null, done: false })
    expect(sink.text).toBe('users: read 1,000 rows in 1.5 s\n')
  })

  test('with --verbose each step is announced', () => {
    const sink = new Sink()
    const printer = linesPrinter(sink, clock, true)
    printer.progress(event(0))
    printer.progress(event(500))
    printer.progress({ phase: 'settle', table: null, rows: 0, expected: null, done: false })
    expect(sink.text).toBe('reading users\nchecking references\n')
  })
})

describe('JSON lines', () => {
  const lines = (sink: Sink): unknown[] => sink.text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)

  test('the first, the last, and at most two a second between', () => {
    const sink = new Sink()
    const printer = jsonLinesPrinter(sink, clock)
    for (const rows of [0, 100, 200, 300]) {
      now = rows * 2
      printer.progress(event(rows))
    }
    printer.progress(event(1000, { done: true }))
    expect(lines(sink)).toEqual([
      { message_type: 'status', phase: 'read', table: 'users', rows: 0, expected: 1000, done: false, seconds: 0 },
      { message_type: 'status', phase: 'read', table: 'users', rows: 300, expected: 1000, done: false, seconds: 0.6 },
      { message_type: 'status', phase: 'read', table: 'users', rows: 1000, expected: 1000, done: true, seconds: 0.6 },
    ])
  })

  test('a note is a line of its own, whatever stands in it', () => {
    const sink = new Sink()
    jsonLinesPrinter(sink, clock).note('two\nlines')
    expect(lines(sink)).toEqual([{ message_type: 'note', message: 'two\nlines' }])
  })
})

describe('a terminal', () => {
  const BAR = { barsize: 10, barCompleteString: '='.repeat(11), barIncompleteString: '-'.repeat(11), barGlue: '' }

  test.each([
    ['rows, rate and time left', event(500_000, { expected: 1_000_000 }), 10, 'reading users  [=====-----] 50%  500,000 rows  50,000/s  10 s left'],
    ['no time left before there is a rate', event(0), 0, 'reading users  [----------] 0%  0 rows'],
    ['no share without an expectation', event(500, { expected: null }), 2, 'reading users  500 rows  250/s'],
    ['no share over 100 % when the estimate was too low', event(1500), 2, 'reading users  1,500 rows  750/s'],
    ['a step of the whole', event(0, { table: null, phase: 'settle' }), 2, 'checking references …'],
    ['a step of a table', event(0, { phase: 'compare', expected: null }), 2, 'comparing users …'],
    ['bytes over the network', event(1_048_576, { table: null, phase: 'send', expected: 2_097_152 }), 2, 'sending  [=====-----] 50%  1.0 MiB  512.0 KiB/s  2.0 s left'],
    ['bytes of an answer whose length nobody knows', event(1_048_576, { table: null, phase: 'receive', expected: null }), 2, 'receiving  1.0 MiB  512.0 KiB/s'],
    ['a name that would rewrite the screen', event(1, { table: '\u001b[2J', expected: null }), 0, 'reading \\u001b[2J  1 row'],
    ['a long name', event(1, { table: 'x'.repeat(99), expected: null }), 0, `reading ${'x'.repeat(29)}…  1 row`],
  ])('%s', (_name, given, seconds, line) => {
    expect(progressLine(given, seconds, BAR)).toBe(line)
  })

  test('the line moves, makes way for a note, comes back, and is gone at the end', () => {
    const sink = new Sink(true)
    const printer = terminalPrinter(sink, PLAIN, clock)
    printer.progress(event(0))
    expect(sink.text).toContain('reading users  [--------------------] 0%')
    printer.note('mind this')
    expect(sink.text).toMatch(/\u001b\[2Knote: mind this\n$/)
    printer.progress(event(1000, { done: true }))
    expect(sink.text).toContain('100%')
    printer.clear()
    expect(sink.text.endsWith('\u001b[2K')).toBe(true)
    const before = sink.text
    printer.clear()
    expect(sink.text).toBe(before)
  })
})
