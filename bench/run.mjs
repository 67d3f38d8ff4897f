// Measures the built command against the tools people use now. Usage: npm run bench [-- --help]
import { growthTable } from './report/growth-table.mjs'
import { largeTable } from './report/large-table.mjs'
import { loomTable } from './report/loom-table.mjs'
import { marksTable } from './report/marks-table.mjs'
import { describeMachine } from './report/describe-machine.mjs'
import { writeSection } from './report/write-section.mjs'
import { peaks } from './machine/holdall.mjs'
import { loom } from './loom.mjs'
import { makeBench } from './make-bench.mjs'
import { measureMarks } from './measure-marks.mjs'
import { USAGE, readOptions } from './options.mjs'
import { passage } from './passage.mjs'
import { rowsOf } from './large.mjs'

const SIZES = [10_000, 100_000, 1_000_000, 10_000_000]

const options = (() => {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
})()
if (options.help) {
  console.log(USAGE)
  process.exit(0)
}
const bench = makeBench(options)

function publish(name, text) {
  console.log(`\n${text}`)
  if (options.write) writeSection(name, text)
}

if (options.marks) {
  const groups = await measureMarks(bench, options.only)
  const machine = describeMachine(`npm run bench -- --marks --rows ${options.rows} --repeat ${options.repeat}`, bench)
  if (groups.length > 0) publish('marks', marksTable({ groups, peaks, skipped: bench.skipped, machine }))
}

if (options.grow) {
  const entries = []
  const machine = describeMachine(`npm run bench -- --grow --to ${options.to}`, bench)
  for (const size of SIZES.filter((rows) => rows <= options.to)) {
    bench.say(`Growth, ${size.toLocaleString('en')} wide rows`)
    entries.push(...(await passage(bench, size, { again: true })))
    // At once: the next size takes ten times as long, and may not end well.
    publish('growth', growthTable(entries, machine))
  }
}

if (options.large > 0) {
  const rows = await rowsOf(options.large, bench)
  bench.say(`Large, ${options.large} GB of rows`)
  const entries = await passage(bench, rows, { again: false })
  publish('large', largeTable(entries, options.large, describeMachine(`npm run bench -- --large ${options.large}`, bench)))
}

if (options.loom) {
  bench.say('Loom through a server')
  const entries = await loom(bench, options.gigabytes)
  publish('loom', loomTable(entries, describeMachine(`npm run bench -- --loom --gigabytes ${options.gigabytes}`, bench)))
}
// Open handles of a failed run must not hold the bench; what it made goes on the way out.
process.exit()
