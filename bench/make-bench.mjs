import { choosePostgresql } from './machine/choose-postgresql.mjs'
import { startPostgresql } from './machine/start-postgresql.mjs'
import { stopRunning } from './machine/measure.mjs'
import { findTool, missing } from './machine/tools.mjs'
import { atEnd, makeWorkplace } from './machine/workplace.mjs'

/** What every part of the bench is given: where to work, with what, and whom to tell. */
export function makeBench({ rows, repeat }) {
  const postgresql = choosePostgresql()
  const tools = { ...postgresql.clients, sqlite3: findTool('sqlite3'), gzip: findTool('gzip') }
  const skipped = []
  const say = (line) => console.error(line)
  const skip = (what) => {
    if (skipped.includes(what)) return
    skipped.push(what)
    say(`skipped: ${what}`)
  }
  postgresql.skipped.forEach(skip)
  say(`chosen: ${postgresql.name}${postgresql.bin === null ? '' : `, in ${postgresql.bin}`}`)
  const workplace = makeWorkplace()
  const server = postgresql.bin === null ? null : startPostgresql(postgresql.bin, workplace)
  // The last to be added is the first to go: nothing works in a folder, or on a server, that is going.
  atEnd(stopRunning)
  return {
    ...workplace, rows, repeat, postgresql, tools, server, skipped, say, skip, missing,
    fail(what, error) {
      say(error.message)
      skip(`${what}, which failed: ${error.message.split('\n')[0]}`)
      process.exitCode = 1
    },
  }
}
