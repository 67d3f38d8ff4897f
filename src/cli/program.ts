import { Command as Parser, Option as ParserOption } from 'commander'
import type { Command } from './command.js'
import { flags, helpTail, optionHelp } from './help.js'
import { GLOBAL_OPTIONS } from './options/global-options.js'
import type { Option } from './options/option.js'
import type { Typed } from './read-values.js'

/** What the command line asks for. */
export interface Invocation {
  readonly command: Command
  readonly args: readonly string[]
  readonly typed: Typed
}

export interface ProgramProps {
  readonly commands: readonly Command[]
  readonly version: string
  readonly helpWidth: number
  readonly writeOut: (text: string) => void
  readonly writeErr: (text: string) => void
  readonly chosen: (invocation: Invocation) => void
}

/** The parser of the command line. It runs nothing: what was asked for goes to `chosen`. */
export function buildProgram(props: ProgramProps): Parser {
  const program = new Parser('holdall')
    .description('Moves an application\'s data out of its database into an archive its owner can open, and back.')
    .version(props.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: true, styleTitle: (title) => title.toUpperCase() })
    .configureOutput({
      writeOut: props.writeOut,
      writeErr: props.writeErr,
      // Errors are thrown and printed in the form that all errors have.
      outputError: () => undefined,
      getOutHelpWidth: () => props.helpWidth,
      getErrHelpWidth: () => props.helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
  addOptions(program, GLOBAL_OPTIONS)
  for (const command of props.commands) addCommand(program, command, props)
  return program
}

function addCommand(program: Parser, command: Command, props: ProgramProps): void {
  const sub = program.command(command.name).summary(command.summary).description(command.description).helpOption('-h, --help', 'print this help')
  for (const { name, required, means } of command.args) sub.argument(required ? `<${name}>` : `[${name}]`, means)
  addOptions(sub, command.options)
  sub.addHelpText('after', helpTail(command))
  sub.action(() => props.chosen({ command, args: sub.args, typed: typedIn([sub, program]) }))
}

function addOptions(parser: Parser, options: Readonly<Record<string, Option<unknown>>>): void {
  for (const option of Object.values(options)) {
    const flag = new ParserOption(flags(option), optionHelp(option))
    if (option.value !== null) flag.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text])
    parser.addOption(flag)
  }
}

/** The texts of a flag, from whichever parser knows it. */
function typedIn(parsers: readonly Parser[]): Typed {
  return (option) => {
    for (const parser of parsers) {
      const flag = parser.options.find((known) => known.long === `--${option.name}`)
      if (flag === undefined || parser.getOptionValueSource(flag.attributeName()) !== 'cli') continue
      // --auth and --no-auth share one value.
      if (option.value === null) return parser.getOptionValue(flag.attributeName()) === !flag.negate ? ['true'] : null
      return parser.getOptionValue(flag.attributeName()) as readonly string[]
    }
    return null
  }
}
