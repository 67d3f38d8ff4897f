import { asHoldallError } from '../errors/as-holdall-error.js'
import { HoldallError } from '../errors/holdall-error.js'
import { EXIT } from '../errors/catalogue.js'
import type { Config } from '../profiles/config.js'
import { loadConfig } from '../profiles/load-config.js'
import { resolveStore, type ResolvedStore } from '../profiles/resolve-store.js'
import { VERSION } from '../version.js'
import type { Command, Outcome } from './command.js'
import type { CliHost } from './host.js'
import { Interruption } from './interruption.js'
import { GLOBAL_OPTIONS, type GlobalValues } from './options/global-options.js'
import { parseCommandLine } from './parse-command-line.js'
import { choosePrinter } from './printers/choose-printer.js'
import type { Printer } from './printers/printer.js'
import { SILENT } from './printers/silent.js'
import type { Invocation } from './program.js'
import { readValues } from './read-values.js'
import { chooseTarget, type Target, type TargetProps } from './remote/choose-target.js'
import { secretsIn } from '../errors/redact.js'
import { exitErrorJson, failureText } from './reports/failure.js'
import { chooseStyle } from './text/choose-style.js'
import { outputFailed, writeOut } from './write-out.js'

/** One of these commands, from the arguments to the exit code. Throws nothing: what went wrong is printed on stderr. */
export async function runCommands(commands: readonly Command[], argv: readonly string[], host: CliHost): Promise<number> {
  const broken = watch(host)
  let globals = roughGlobals(argv, host)
  let printer: Printer = SILENT
  const secrets = [...argv.map((word) => word.replace(/^--[\w-]+=/, '')), ...Object.values(host.env)]
  try {
    const parsed = parseCommandLine(argv, { commands, version: VERSION, helpWidth: host.stdout.columns ?? 100 })
    if (parsed.kind === 'print') {
      // Nobody who reads JSON lines is helped by the help.
      if (!parsed.asked && globals.json === true) throw new HoldallError('USAGE', { message: 'a command is missing', hint: 'See `holdall --help`.' })
      await writeOut(parsed.asked ? host.stdout : host.stderr, parsed.text)
      return parsed.asked ? EXIT.done : EXIT.usage
    }
    const { invocation } = parsed
    globals = readValues(GLOBAL_OPTIONS, invocation.typed, host.env)
    printer = choosePrinter(globals, host, chooseStyle(host.stderr, host.env, globals), () => performance.now())
    const stopping = (): void => announce(host, printer)
    host.signal.addEventListener('abort', stopping)
    const outcome = await run(invocation, host, globals, printer, secrets).finally(() => host.signal.removeEventListener('abort', stopping))
    printer.clear()
    await print(outcome, host, globals, printer)
    return outcome.failure === null ? outcome.exitCode : await report(outcome.failure, host, globals, secretsIn(secrets))
  } catch (error) {
    printer.clear()
    return await report(error, host, globals, secretsIn(secrets), broken())
  }
}

async function run(invocation: Invocation, host: CliHost, globals: GlobalValues, printer: Printer, secrets: (string | undefined)[]): Promise<Outcome> {
  const { command, args, typed } = invocation
  const values = readValues(command.options, typed, host.env)
  const terminal = host.stdin.isTTY === true && host.stderr.isTTY === true
  const interactive = terminal && globals.noInput !== true && globals.json !== true
  const config = async (): Promise<Config> => loadConfig({ path: globals.config, cwd: host.cwd, env: { ...host.env } })
  const resolve = async (nameOrLocation: string, profile: string | undefined): Promise<ResolvedStore> => {
    const store = resolveStore(await config(), nameOrLocation, profile)
    secrets.push(store.location)
    return store
  }
  const choose = async (targetValues: TargetProps['values']): Promise<Target | null> => {
    const target = await chooseTarget({ values: targetValues, typed, host, loadConfig: config })
    if (target?.kind === 'store') secrets.push(target.setting.location)
    return target
  }
  return command.run({ host, values, typed, globals, args, resolveStore: resolve, chooseTarget: choose, printer, onProgress: printer.progress, interactive })
}

async function print(outcome: Outcome, host: CliHost, globals: GlobalValues, printer: Printer): Promise<void> {
  const stream = outcome.to === 'stdout' ? host.stdout : host.stderr
  for (const note of outcome.notes) printer.note(note)
  if (globals.json === true) await writeOut(stream, `${JSON.stringify(outcome.json)}\n`)
  else if (outcome.kind === 'answer' || globals.quiet !== true) await writeOut(stream, outcome.text(chooseStyle(stream, host.env, globals)))
}

/** Prints a failure and gives its exit code. */
async function report(error: unknown, host: CliHost, globals: GlobalValues, secrets: readonly string[], broken: Error | null = null): Promise<number> {
  const failure = broken !== null && !HoldallError.is(error) ? outputFailed(broken) : asHoldallError(stopped(error, host))
  const reason: unknown = host.signal.reason
  const exitCode = failure.code === 'INTERRUPTED' && reason instanceof Interruption ? reason.exitCode : failure.exitCode
  const verbose = globals.verbose === true
  const style = chooseStyle(host.stderr, host.env, globals)
  const text = globals.json === true ? `${JSON.stringify(exitErrorJson(failure, { exitCode, verbose, secrets }))}\n` : failureText(failure, { style, verbose, secrets })
  // Where stderr is gone too there is nobody left to tell; the exit code still does.
  await writeOut(host.stderr, text).catch(() => undefined)
  return exitCode
}

function announce(host: CliHost, printer: Printer): void {
  const reason: unknown = host.signal.reason
  printer.clear()
  if (reason instanceof Interruption) printer.note(`${reason.signal}: stopping cleanly; once more to stop at once`)
}

/** What an abort threw, in the words of the signal that asked for it. */
function stopped(error: unknown, host: CliHost): unknown {
  const reason: unknown = host.signal.reason
  if (!(reason instanceof Interruption)) return error
  const aborted = error === reason || (error instanceof Error && error.name === 'AbortError') || (HoldallError.is(error) && error.code === 'INTERRUPTED')
  return aborted ? new HoldallError('INTERRUPTED', { message: `${reason.message}; nothing was changed`, cause: error }) : error
}

/** Before the command line is understood, its errors are printed as it most likely wants them. */
function roughGlobals(argv: readonly string[], host: CliHost): GlobalValues {
  const has = (flag: string, variable: string): boolean => argv.includes(flag) || /^(1|true|yes|on)$/i.test(host.env[variable] ?? '')
  return {
    config: undefined,
    json: has('--json', 'HOLDALL_JSON'),
    quiet: undefined,
    verbose: has('--verbose', 'HOLDALL_VERBOSE') || argv.includes('-v'),
    yes: undefined,
    noColor: has('--no-color', 'HOLDALL_NO_COLOR'),
    noInput: undefined,
  }
}

/** Keeps a broken stream from ending the process with a stack trace; tells how stdout broke. */
function watch(host: CliHost): () => Error | null {
  let broken: Error | null = null
  host.stdout.on('error', (error: Error) => void (broken = error))
  host.stderr.on('error', () => undefined)
  return () => broken
}
