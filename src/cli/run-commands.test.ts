import { Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { keptHost, type HostProps, type KeptHost } from '../../test/cli/host.js'
import { EXIT } from '../errors/catalogue.js'
import { HoldallError } from '../errors/holdall-error.js'
import { defineCommand, type Command } from './command.js'
import { Interruption } from './interruption.js'
import { repeatableOption, switchOption, valueOption } from './options/option.js'
import { parseList } from './options/parse-list.js'
import { parseWholeNumber } from './options/parse-whole-number.js'
import { runCommands } from './run-commands.js'

/** A command that does what its flags say, to see what stands around every command. */
const PROBE = defineCommand({
  name: 'probe',
  summary: 'a command of the tests',
  description: 'Says what it was given.',
  args: [{ name: 'thing', means: 'any thing', required: true }],
  options: {
    level: valueOption({ name: 'level', short: 'l', value: 'N', means: 'a number', otherwise: '6', parse: parseWholeNumber(1, 9) }),
    names: repeatableOption({ name: 'names', value: 'NAMES', means: 'names', splitVariable: (text) => [text], parse: (texts) => texts.flatMap(parseList) }),
    loud: switchOption({ name: 'loud', means: 'shout' }),
    fail: valueOption({ name: 'fail', value: 'HOW', means: 'how to fail', parse: (text) => text }),
  },
  examples: [{ does: 'one thing', command: 'holdall probe one' }],
  exits: [5],
  results: [],
  run: async ({ values, args, host, onProgress }) => {
    onProgress({ phase: 'read', table: 'users', rows: 3, expected: 3, done: true })
    switch (values.fail) {
      case 'holdall':
        throw new HoldallError('ROW_REFUSED', { message: 'a value is too long', table: 'users', row: 12, key: 'id=12', column: 'email', details: ['one more'] })
      case 'unknown':
        throw new TypeError('x is not a function')
      case 'secret':
        throw new Error(`cannot reach postgres://app:s3cret@db/app (s3cret is wrong)`)
      case 'abort':
        throw host.signal.reason
      case 'finding':
        return outcome({ found: 1 }, new HoldallError('ARCHIVE_CORRUPT', { message: 'one finding' }))
      default:
        return outcome({ thing: args[0] ?? null, level: values.level ?? null, names: values.names ?? null, loud: values.loud ?? null })
    }
  },
})

function outcome(json: Awaited<ReturnType<Command['run']>>['json'], failure: HoldallError | null = null): Awaited<ReturnType<Command['run']>> {
  return { kind: 'summary', json, text: (style) => `${style.bold(JSON.stringify(json))}\n`, to: 'stdout', exitCode: EXIT.done, failure, notes: ['mind this'] }
}

async function probe(argv: readonly string[], props: HostProps = {}): Promise<KeptHost & { code: number }> {
  const host = keptHost(props)
  const code = await runCommands([PROBE], argv, host)
  return { ...host, code }
}

describe('what is typed', () => {
  test('flags reach the command', async () => {
    const { code, stdout, stderr } = await probe(['probe', 'it', '-l', '3', '--names', 'a,b', '--names=c', '--loud'])
    expect([code, JSON.parse(stdout.text)]).toEqual([0, { thing: 'it', level: 3, names: ['a', 'b', 'c'], loud: true }])
    expect(stderr.text).toBe('users: read 3 rows in 0.0 s\nnote: mind this\n')
  })

  test('variables do too', async () => {
    const { stdout } = await probe(['probe', 'it'], { env: { HOLDALL_LEVEL: '3', HOLDALL_NAMES: 'a,b', HOLDALL_LOUD: '0' } })
    expect(JSON.parse(stdout.text)).toEqual({ thing: 'it', level: 3, names: ['a', 'b'], loud: false })
  })

  test('a flag counts before its variable, and an empty variable not at all', async () => {
    const { stdout } = await probe(['probe', 'it', '--level', '4'], { env: { HOLDALL_LEVEL: 'nonsense', HOLDALL_NAMES: '' } })
    expect(JSON.parse(stdout.text)).toMatchObject({ level: 4, names: null })
  })

  test('global flags stand before or after the command', async () => {
    const before = await probe(['--quiet', 'probe', 'it'])
    const after = await probe(['probe', 'it', '-q'])
    expect([before.stdout.text, before.stderr.text, after.stdout.text, after.stderr.text]).toEqual(['', '', '', ''])
  })

  test('what follows -- is no flag', async () => {
    const { stdout } = await probe(['probe', '--', '--json'])
    expect(JSON.parse(stdout.text)).toMatchObject({ thing: '--json' })
  })
})

describe('what is wrong on the command line ends with 2 and one message', () => {
  test.each([
    [['prob', 'it'], 'there is no command prob; did you mean probe?'],
    [['xyz'], 'there is no command xyz'],
    [['probe', 'it', '--levl', '3'], 'there is no flag --levl; did you mean --level?'],
    [['probe', 'it', '-x'], 'there is no flag -x'],
    [['probe'], 'thing is missing'],
    [['probe', 'it', '--level'], '--level needs a value: N'],
    [['probe', 'it', 'and', 'that'], '3 arguments were given where 1 is taken'],
    [['probe', 'it', '--level', 'ten'], '--level: "ten" is not a whole number from 1 to 9'],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await probe(argv)
    expect(code).toBe(2)
    expect(stdout.text).toBe('')
    expect(stderr.lines[0]).toBe(`error: ${message} [USAGE]`)
    expect(stderr.lines).toHaveLength(2)
    expect(stderr.lines[1]).toMatch(/^ {2}hint: See `holdall/)
  })

  test('a bad variable is named', async () => {
    const { code, stderr } = await probe(['probe', 'it'], { env: { HOLDALL_LOUD: 'maybe' } })
    expect(code).toBe(2)
    expect(stderr.lines[0]).toBe('error: HOLDALL_LOUD: "maybe" is neither 1 or true nor 0 or false [USAGE]')
  })

  test.each([[['--json', 'prob']], [['prob', '--json']]])('%j speaks JSON', async (argv) => {
    const { code, stdout, stderr } = await probe(argv)
    expect([code, stdout.text]).toEqual([2, ''])
    expect(JSON.parse(stderr.text)).toMatchObject({ message_type: 'exit_error', code: 'USAGE', exit_code: 2, message: 'there is no command prob; did you mean probe?' })
  })

  test('no command at all is an error in JSON where JSON is asked for', async () => {
    const { code, stderr } = await probe(['--json'])
    expect([code, JSON.parse(stderr.text)]).toEqual([2, expect.objectContaining({ message_type: 'exit_error', code: 'USAGE', message: 'a command is missing' })])
  })

  test('no command at all prints the help on stderr', async () => {
    const { code, stdout, stderr } = await probe([])
    expect([code, stdout.text]).toEqual([2, ''])
    expect(stderr.text).toContain('USAGE: holdall')
  })
})

describe('help', () => {
  test('is on stdout and names the variables, examples and exit codes', async () => {
    const { code, stdout } = await probe(['probe', '--help'])
    expect(code).toBe(0)
    expect(stdout.text).toContain('-l, --level <N>')
    expect(stdout.text).toContain('a number (default: 6) [HOLDALL_LEVEL]')
    expect(stdout.text).toContain('[HOLDALL_QUIET]')
    expect(stdout.text).toContain('EXAMPLES:\n  # one thing\n  holdall probe one\n')
    expect(stdout.text).toMatch(/EXIT STATUS:\n {4}0 {2}done\n {4}1 .*\n {4}2 .*\n {4}5 .*\n {2}130 .*\n/)
  })

  test('`holdall help probe` is `holdall probe --help`', async () => {
    const [word, flag] = [await probe(['help', 'probe']), await probe(['probe', '--help'])]
    expect([word.code, word.stdout.text]).toEqual([0, flag.stdout.text])
  })

  test('the version is on stdout', async () => {
    const { code, stdout } = await probe(['--version'])
    expect(code).toBe(0)
    expect(stdout.text).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a failure', () => {
  test('of the catalogue says what, where and what to do, and ends with its code', async () => {
    const { code, stderr } = await probe(['probe', 'it', '--fail', 'holdall', '-q'])
    expect(code).toBe(6)
    expect(stderr.lines).toEqual([
      'error: a value is too long [ROW_REFUSED]',
      '  at table users, row 12 (id=12), column email',
      '  - one more',
      '  hint: Allow the conversion named with --convert, or leave the table out.',
    ])
  })

  test('is the last line on stderr with --json', async () => {
    const { code, stdout, stderr } = await probe(['probe', 'it', '--fail', 'holdall', '--json'])
    expect([code, stdout.text]).toEqual([6, ''])
    expect(JSON.parse(stderr.lines.at(-1)!)).toEqual({
      message_type: 'exit_error',
      code: 'ROW_REFUSED',
      exit_code: 6,
      message: 'a value is too long',
      hint: 'Allow the conversion named with --convert, or leave the table out.',
      place: { table: 'users', row: 12, key: 'id=12', column: 'email' },
      details: ['one more'],
    })
  })

  test('of unknown kind is INTERNAL, with a stack only for --verbose', async () => {
    const brief = await probe(['probe', 'it', '--fail', 'unknown'])
    expect(brief.code).toBe(1)
    expect(brief.stderr.text).toContain('error: x is not a function [INTERNAL]')
    expect(brief.stderr.text).not.toContain('run-commands')
    const verbose = await probe(['probe', 'it', '--fail', 'unknown', '-v'])
    expect(verbose.stderr.text).toContain('run-commands.test.ts')
  })

  test.each([[[]], [['--verbose']], [['--json', '--verbose']]])('shows no password %j', async (flags) => {
    const { stderr } = await probe(['probe', 'postgres://app:s3cret@db/app', '--fail', 'secret', ...flags])
    expect(stderr.text).toContain('postgres://app:***@db/app')
    expect(stderr.text).not.toContain('s3cret')
  })

  test('that is a finding comes after the result', async () => {
    const { code, stdout, stderr } = await probe(['probe', 'it', '--fail', 'finding', '--json'])
    expect([code, JSON.parse(stdout.text)]).toEqual([5, { found: 1 }])
    expect(JSON.parse(stderr.lines.at(-1)!)).toMatchObject({ message_type: 'exit_error', code: 'ARCHIVE_CORRUPT' })
  })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends with %i', async (name, exitCode) => {
  const controller = new AbortController()
  controller.abort(new Interruption(name))
  const { code, stderr } = await probe(['probe', 'it', '--fail', 'abort', '--json'], { signal: controller.signal })
  expect(code).toBe(exitCode)
  expect(JSON.parse(stderr.lines.at(-1)!)).toMatchObject({ code: 'INTERRUPTED', exit_code: exitCode, message: `stopped by ${name}; nothing was changed` })
})

test('a reader that has gone is an error, not a stack trace', async () => {
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  })
  const { code, stderr } = await probe(['probe', 'it'], { stdout })
  expect(code).toBe(14)
  expect(stderr.text).toContain('error: standard output was closed by its reader [OUTPUT_FAILED]')
  expect(stderr.text).not.toContain(' at ')
})

describe('colors', () => {
  const colored = async (argv: readonly string[], props: HostProps): Promise<boolean> => (await probe(['probe', 'it', ...argv], props)).stdout.text.includes('\u001b[1m')
  test('are for terminals', async () => {
    expect(await colored([], { terminal: true })).toBe(true)
    expect(await colored([], {})).toBe(false)
  })
  test('are refused by --no-color, NO_COLOR, HOLDALL_NO_COLOR and TERM=dumb', async () => {
    expect(await colored(['--no-color'], { terminal: true })).toBe(false)
    for (const env of [{ NO_COLOR: '1' }, { HOLDALL_NO_COLOR: '1' }, { TERM: 'dumb' }]) expect(await colored([], { terminal: true, env })).toBe(false)
  })
})
