import { cpus, totalmem } from 'node:os'
import { SETTINGS } from '../machine/start-postgresql.mjs'
import { versionOf } from '../machine/tools.mjs'

/** The line over each table: what was run where. */
export function describeMachine(command, { postgresql, tools }) {
  const database = postgresql.bin === null ? postgresql.name : `${postgresql.name} (${SETTINGS.join(', ')}, its durable defaults else, over its socket)`
  const shell = tools.sqlite3 === null ? [] : [`sqlite3 ${versionOf(tools.sqlite3)}`]
  const machine = [`${cpus().length} cores`, `${Math.round(totalmem() / 2 ** 30)} GiB`, `Node ${process.versions.node}`, database, ...shell, new Date().toISOString().slice(0, 10)]
  return `\`${command}\` on ${machine.join(', ')}.`
}
