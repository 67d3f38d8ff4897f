import { COMMANDS } from './commands/commands.js'
import type { CliHost } from './host.js'
import { runCommands } from './run-commands.js'

/** The command `holdall`, from its arguments (without the program's own name) to its exit code. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  return runCommands(COMMANDS, argv, host)
}
