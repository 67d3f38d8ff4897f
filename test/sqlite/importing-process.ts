// Run by tests in a process of its own that they kill or starve; see `importingProcess`.
// Arguments: path, rows, where to stand still (load, apply, settle; `committing` only tells), whether the file is new.
import { HoldallError } from '../../src/errors/holdall-error.js'
import { beginTarget } from '../../src/stores/sqlite/target.js'
import { batchesOf, importTable, OPTIONS, schemaFrom, tableIn } from './importing.js'

const [path = '', rows = '0', stop = 'commit', fresh = 'no'] = process.argv.slice(2)
const DDL = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT)'

const lines = Array.from({ length: Number(rows) }, (_, index) => JSON.stringify({ id: index + 1, n: 'x'.repeat(400) }))

async function stand(stage: string): Promise<void> {
  if (stage !== stop) return
  process.stdout.write('here\n')
  await new Promise((resolve) => setTimeout(resolve, 600_000))
}

try {
  const target = await beginTarget(path, { ...OPTIONS, fresh: fresh === 'fresh' }, path)
  if (fresh === 'fresh') await target.create(schemaFrom(DDL))
  const [t, u] = ['t', 'u'].map((id) => importTable(tableIn(target.schema, id), tableIn(target.schema, id), { strategy: 'replace' })) as [ReturnType<typeof importTable>, ReturnType<typeof importTable>]
  const counts = await target.prepare([t, u])
  await target.load(t, batchesOf(lines))
  await stand('load')
  if (counts.get('u') === 0) await target.load(u, batchesOf(lines))
  else {
    await target.stage(u, batchesOf(lines))
    await target.match([[u]])
    await target.judge(u, { examples: 0, resolutions: null })
    await target.apply([[u]], () => undefined)
  }
  await stand('apply')
  await target.settle()
  await stand('settle')
  if (stop === 'committing') process.stdout.write('here\n')
  await target.end('commit')
  process.stdout.write('done\n')
} catch (error) {
  process.stdout.write(`${HoldallError.is(error) ? error.code : String(error)}\n`)
}
