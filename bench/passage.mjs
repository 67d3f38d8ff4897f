import { statSync } from 'node:fs'
import { expectTotals, holdall } from './machine/holdall.mjs'
import { makeSample } from './machine/make-sample.mjs'
import { loadArchive } from './groups/postgresql-rows.mjs'
import { run } from './machine/measure.mjs'

/**
 * So many rows out of each engine and into it again, once, and with `again` the same archive a second time. Files go as
 * soon as nothing needs them: at ten million rows each of them is gigabytes.
 */
export async function passage(bench, rows, { again }) {
  const { at, remove, server, say } = bench
  const all = rows * 2 + Math.max(Math.floor(rows / 10), 1)
  const entries = []
  const note = async (engine, what, words, totals, archive) => {
    const measured = await holdall(words)
    if (totals !== undefined) expectTotals(measured, totals)
    say(`  ${rows.toLocaleString('en')} rows  ${engine} ${what}  ${measured.seconds.toFixed(2)} s, ${measured.peak.toFixed(0)} MB`)
    entries.push({ engine, what, rows, all, seconds: measured.seconds, peak: measured.peak, archive: archive === undefined ? null : statSync(archive).size, bytes: bytesOf(measured) })
  }
  const passThrough = async (engine, from, into, { created = '', left, settle }) => {
    const archive = at(`${engine}.tar.gz`)
    await note(engine, 'export', `export --store '${from}' --output ${archive}`, undefined, archive)
    await left()
    await note(engine, 'import', `import ${archive} --store '${into}' ${created}`, { new: all })
    await settle()
    if (again) await note(engine, 'second import', `import ${archive} --store '${into}'`, { new: 0, changed: 0, unchanged: all })
  }

  await makeSample(at('a.db'), rows)
  await passThrough('SQLite', at('a.db'), at('b.db'), { created: '--create', left: () => remove('a.db'), settle: () => run(`sync ${at('b.db')}`) })
  remove('b.db')
  if (server === null) {
    remove('SQLite.tar.gz')
    return entries
  }
  await loadArchive(bench, 'source', at('SQLite.tar.gz'))
  remove('SQLite.tar.gz')
  const left = async () => {
    await server.drop('source')
    await server.make('target', 'empty')
  }
  await passThrough('PostgreSQL', server.url('source'), server.url('target'), { left, settle: () => server.settle('target') })
  remove('PostgreSQL.tar.gz')
  await server.clear()
  return entries
}

/** What an export wrote before compression. */
const bytesOf = ({ result }) => (result.command === 'export' ? result.tables.reduce((sum, { bytes }) => sum + bytes, 0) : null)
