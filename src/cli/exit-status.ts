import { EXIT } from '../errors/catalogue.js'

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What each exit code says; the help of a command lists its own, docs/CLI.md all. */
export const EXIT_STATUS: Readonly<Record<ExitCode, string>> = Object.freeze({
  [EXIT.done]: 'done',
  [EXIT.error]: 'failed for another reason; the message says which',
  [EXIT.usage]: 'a flag, an argument, a variable or holdall.yaml is wrong, or a confirmation is missing; nothing was touched',
  [EXIT.rejects]: 'done, but not for all: some rows were rejected or are lost',
  [EXIT.conflict]: 'the rows conflict with the target; nothing was imported',
  [EXIT.verification]: 'the archive is damaged, truncated or not an archive',
  [EXIT.schema]: 'the schemas do not fit, or the target cannot hold a value',
  [EXIT.notFound]: 'a store, server, archive, table, group or column was not found',
  [EXIT.locked]: 'another process holds the store, or the state file of the server',
  [EXIT.wrongKey]: 'the key or passphrase is wrong',
  [EXIT.notPermitted]: 'the database or the server does not permit it',
  [EXIT.storage]: 'a file or store could not be read or written, or the server broke off',
  [EXIT.interrupted]: 'stopped by SIGINT (143 by SIGTERM, 129 by SIGHUP); nothing was changed',
})

/** Every command may end with these. */
export const COMMON_EXITS: readonly ExitCode[] = Object.freeze([EXIT.done, EXIT.error, EXIT.usage, EXIT.interrupted])

/** The codes of one command, ascending. */
export function exitCodes(own: readonly ExitCode[]): readonly ExitCode[] {
  return [...new Set([...COMMON_EXITS, ...own])].sort((a, b) => a - b)
}
