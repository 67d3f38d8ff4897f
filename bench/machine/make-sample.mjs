import { join } from 'node:path'
import { run } from './measure.mjs'

const SAMPLE = join(import.meta.dirname, '../sample.mjs')

/** `makeSqlite` in a process of its own: it does not give way to a signal, and its memory is not the bench's. */
export async function makeSample(path, rows, options = {}) {
  const script = `import { makeSqlite } from ${JSON.stringify(SAMPLE)}; makeSqlite(${JSON.stringify(path)}, ${rows}, ${JSON.stringify(options)})`
  await run(`node --input-type=module -e '${script}' && sync '${path}'`)
}
