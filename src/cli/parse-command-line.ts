import { CommanderError } from 'commander'
import type { Command } from './command.js'
import { buildProgram, type Invocation } from './program.js'
import { usageError } from './usage-error.js'

export type Parsed =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  /** Help or the version was asked for, or nothing at all (which is wrong). */
  | { readonly kind: 'print'; readonly text: string; readonly asked: boolean }

interface ParseProps {
  readonly commands: readonly Command[]
  readonly version: string
  readonly helpWidth: number
}

/** @throws USAGE */
export function parseCommandLine(argv: readonly string[], props: ParseProps): Parsed {
  let text = ''
  const chosen: Invocation[] = []
  const collect = (piece: string): void => void (text += piece)
  const program = buildProgram({ ...props, writeOut: collect, writeErr: collect, chosen: (invocation) => void chosen.push(invocation) })
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'print', text, asked: true }
    if (error.code === 'commander.help') return { kind: 'print', text, asked: false }
    const name = argv.find((word) => props.commands.some((command) => command.name === word)) ?? null
    throw usageError(error, name)
  }
  const [invocation] = chosen
  if (invocation === undefined) throw new Error('the parser of the command line chose no command')
  return { kind: 'run', invocation }
}
