import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { SERVER, atEnd } from './workplace.mjs'

export const SETTINGS = ['shared_buffers=512MB', 'max_wal_size=4GB']

/** A server with durable defaults. It listens on a socket in its own folder alone, so that no port can clash. */
export function startPostgresql(bin, workplace) {
  const folder = workplace.at(SERVER)
  const data = join(folder, 'data')
  mkdirSync(folder)
  const owner = process.getuid() === 0 ? unprivileged() : {}
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const call = (name, ...args) => {
    // Apart from the terminal: Ctrl-C must not reach the command that stops the server.
    const { status, error, stdout, stderr } = spawnSync(join(bin, name), args, { ...owner, detached: true, cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    if (status !== 0) throw new Error(`${name} failed: ${error?.message ?? stderr + stdout}`)
  }
  call('initdb', '-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C')
  atEnd(() => call('pg_ctl', 'stop', '-D', data, '-m', 'immediate', '-w'))
  const settings = [`unix_socket_directories=${folder}`, 'listen_addresses=', ...SETTINGS].map((setting) => `-c ${setting}`).join(' ')
  call('pg_ctl', 'start', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings)

  const url = (database) => `postgres:///${database}?host=${encodeURIComponent(folder)}&user=postgres`
  const query = async (database, ...statements) => {
    const client = new pg.Client(url(database))
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  const make = async (name, template) => query('postgres', `DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name} TEMPLATE ${template}`, 'CHECKPOINT')
  const drop = async (name) => query('postgres', `DROP DATABASE IF EXISTS ${name}`)
  return {
    url, query, make,
    drop,
    clear: async () => {
      for (const name of ['empty', 'source', 'half', 'target', 'merged']) await drop(name)
    },
    settle: async (name) => query(name, 'VACUUM ANALYZE', 'CHECKPOINT'),
    cpu: () => cpuOf(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])),
  }
}

/** initdb refuses root, and wants a user with a name. */
function unprivileged() {
  for (const name of ['postgres', 'nobody']) {
    try {
      const number = (flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: number('-u'), gid: number('-g') }
    } catch {
      // There is no such user here.
    }
  }
  throw new Error('the bench runs as root, and there is no user postgres or nobody to run the server as')
}

/** CPU seconds of a server: its own, those of its living processes, and of all that ended. */
function cpuOf(postmaster) {
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').map(Number)
      const [own, ended] = [fields[11] + fields[12], fields[13] + fields[14]]
      if (Number(pid) === postmaster) ticks += own + ended
      else if (fields[1] === postmaster) ticks += own
    } catch {
      // The process is gone, and counted among those that ended.
    }
  }
  return ticks / TICKS
}

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
