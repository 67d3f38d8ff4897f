import { statSync } from 'node:fs'
import { expectTotals, holdall } from './machine/holdall.mjs'
import { serveHoldall } from './machine/serve-holdall.mjs'
import { spread } from './figure.mjs'

const RECORDS = 10_000
/** A twentieth of the 30 and 60 seconds that Loom's own export and import set out to stay under. */
const LIMITS = { export: 1.5, import: 3 }
const PROBE = 20_000

/** Loom's rows out of a server and into another store of it, by the command over HTTP: few often, and with `gigabytes` many once. */
export async function loom(bench, gigabytes) {
  const few = await passage(bench, RECORDS, { times: bench.repeat, again: true })
  if (gigabytes === 0) return few
  const [{ bytes }] = await passage({ ...bench, say: () => undefined }, PROBE, { times: 1, again: false })
  return [...few, ...(await passage(bench, Math.ceil((gigabytes * 1e9) / (bytes / PROBE)), { times: 1, again: false }))]
}

async function passage(bench, rows, { times, again }) {
  const { at, remove, say } = bench
  await holdall(`demo --profile loom --store ${at('loom.db')} --rows ${rows}`)
  const server = await serveHoldall(bench, ['loom', 'new'], 'loom')
  const imports = again ? ['import', 'second import'] : ['import']
  const runs = Object.fromEntries(['export', ...imports].map((what) => [what, []]))
  try {
    for (let time = 0; time < times; time++) {
      remove('new.db', 'loom.json')
      await holdall(`demo --profile loom --store ${at('new.db')} --content empty`)
      runs.export.push(await holdall(`export --server ${server.url} --output ${at('loom.json')}`))
      for (const what of imports) runs[what].push(await holdall(`import ${at('loom.json')} --server ${server.url} --server-store new`))
      if (again) expectTotals(runs['second import'].at(-1), { new: 0, changed: 0 })
    }
    const bytes = statSync(at('loom.json')).size
    return Object.entries(runs).map(([what, each]) => {
      const seconds = spread(each, 'seconds')
      const entry = { what, rows, bytes, seconds, limit: rows === RECORDS ? (LIMITS[what] ?? null) : null, peak: Math.max(...each.map(({ peak }) => peak)), serverPeak: server.peak() }
      say(`  ${rows.toLocaleString('en')} records  ${what}  ${seconds.median.toFixed(2)} s, ${entry.peak.toFixed(0)} MB, server ${entry.serverPeak.toFixed(0)} MB`)
      return entry
    })
  } finally {
    await server.stop()
    remove('loom.db', 'new.db', 'loom.json', 'state.db', 'serve.yaml')
  }
}
