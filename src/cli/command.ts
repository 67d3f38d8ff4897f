import type { OnProgress } from '../progress/progress.js'
import type { ResolvedStore } from '../profiles/resolve-store.js'
import type { Option } from './options/option.js'
import type { CliHost } from './host.js'
import type { JsonObject } from './json.js'
import type { Printer } from './printers/printer.js'
import type { Typed } from './read-values.js'
import type { Style } from './text/style.js'
import type { HoldallError } from '../errors/holdall-error.js'
import type { GlobalValues } from './options/global-options.js'
import type { ExitCode } from './exit-status.js'
import type { Target, TargetProps } from './remote/choose-target.js'

export type Options = Readonly<Record<string, Option<unknown>>>

/** The values of a command's options: undefined where neither flag nor variable gives one. */
export type Values<O extends Options> = { readonly [K in keyof O]: (O[K] extends Option<infer T> ? T : never) | undefined }

export interface Argument {
  readonly name: string
  readonly means: string
  readonly required: boolean
}

export interface Example {
  readonly command: string
  readonly does: string
}

/** A field of a command's JSON result, for docs/CLI.md; a test compares these with real results. */
export interface Field {
  /** `tables[].rows` */
  readonly path: string
  readonly type: string
  readonly means: string
}

export interface Result {
  /** When the result is this one: `for an archive`; null where there is only one. */
  readonly when: string | null
  readonly fields: readonly Field[]
}

/** What a command has to work with. */
export interface CommandContext<O extends Options> {
  readonly host: CliHost
  readonly values: Values<O>
  /** What stands on the command line itself, for where that differs from a variable. */
  readonly typed: Typed
  readonly globals: GlobalValues
  readonly args: readonly string[]
  /** The store that a name or location means, by holdall.yaml. @throws CONFIG_INVALID, STORE_NOT_FOUND */
  /** `profile`: what --profile names. */
  readonly resolveStore: (nameOrLocation: string, profile: string | undefined) => Promise<ResolvedStore>
  /** Where --store or --server, or holdall.yaml, want the work to be done; null where nothing says. @throws USAGE, and as `resolveStore` */
  readonly chooseTarget: (values: TargetProps['values']) => Promise<Target | null>
  readonly printer: Printer
  readonly onProgress: OnProgress
  /** Whether a question may be asked: a terminal on both ends, and nothing that forbids it. */
  readonly interactive: boolean
}

/** What a command ends with; it prints nothing itself. */
export interface Outcome {
  /** An answer is printed always, a summary is not with --quiet. */
  readonly kind: 'answer' | 'summary'
  readonly json: JsonObject
  /** For people. */
  readonly text: (style: Style) => string
  /** `stderr` where stdout carries the data itself. */
  readonly to: 'stdout' | 'stderr'
  readonly exitCode: ExitCode
  /** The command did its work and what it found is bad; its own exit code counts then. */
  readonly failure: HoldallError | null
  readonly notes: readonly string[]
}

export interface CommandSpec<O extends Options = Options> {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** The help's first paragraph. */
  readonly description: string
  readonly args: readonly Argument[]
  readonly options: O
  readonly examples: readonly Example[]
  /** Exit codes beside 0, 1, 2 and 130, which every command has. */
  readonly exits: readonly ExitCode[]
  /** What a code says here, where that is more than what it says everywhere. */
  readonly exitMeans?: Readonly<Partial<Record<ExitCode, string>>>
  /** The fields of its JSON results beside `message_type` and `command`. */
  readonly results: readonly Result[]
  run(context: CommandContext<O>): Promise<Outcome>
}

/** A command as the program holds it, its own options forgotten. */
export interface Command extends Omit<CommandSpec, 'run'> {
  run(context: CommandContext<Options>): Promise<Outcome>
}

/** Keeps the types of a command's options together with what runs it. */
export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  return Object.freeze({
    ...spec,
    // The values were read by these very options, so they have their types.
    run: async (context: CommandContext<Options>) => spec.run(context as CommandContext<O>),
  })
}
