import { parseArgs } from 'node:util'

export const USAGE = `npm run bench -- [options]

Measures the built command against the tools people use now. Without --marks, --grow, --large or --loom: the marks, then growth.
The data lies under TMPDIR (a real disk, please) and is removed at the end; 10 M rows want some 40 GB there.

  --marks            only the marks: every figure with its anchor, in alternating runs
  --grow             only growth: export, import and second import at 10,000 to 10,000,000 rows
  --large GIGABYTES  only one passage of that many gigabytes of rows through both engines
  --loom [--gigabytes N]
                     only Loom through a server: 10,000 records both ways, and a document of N gigabytes (default: 2; 0: none)
  --rows N           wide rows of the marks (default: 1000000)
  --repeat N         runs of each (default: 3)
  --only PATTERN     only the groups of marks whose name matches, regardless of case
  --to N             the most rows of growth (default: ten times --rows)
  --write            put the tables into bench/RESULTS.md, each in its own section
`

const FLAGS = {
  marks: { type: 'boolean' }, grow: { type: 'boolean' }, large: { type: 'string' }, loom: { type: 'boolean' }, gigabytes: { type: 'string', default: '2' }, rows: { type: 'string', default: '1000000' },
  repeat: { type: 'string', default: '3' }, only: { type: 'string' }, to: { type: 'string' }, write: { type: 'boolean', default: false }, help: { type: 'boolean' },
}

export function readOptions(args) {
  const { values } = parseArgs({ args, options: FLAGS })
  const rows = count(values, 'rows')
  const all = !(values.marks || values.grow || values.large !== undefined || values.loom || values.only !== undefined)
  if (values.write && values.only !== undefined) throw new Error('--write wants all groups: one table is one run. Leave --only out')
  return {
    help: values.help === true, rows, write: values.write,
    repeat: count(values, 'repeat'),
    marks: all || values.marks === true || values.only !== undefined,
    grow: all || values.grow === true,
    large: values.large === undefined ? 0 : positive(values, 'large'),
    loom: values.loom === true,
    gigabytes: values.gigabytes === '0' ? 0 : positive(values, 'gigabytes'),
    only: new RegExp(values.only ?? '', 'i'),
    to: values.to === undefined ? rows * 10 : count(values, 'to'),
  }
}

function positive(values, name) {
  const number = Number(values[name])
  if (!(number > 0 && number < Infinity)) throw new Error(`--${name} wants a number above 0, not ${values[name]}`)
  return number
}

function count(values, name) {
  const number = positive(values, name)
  if (!Number.isInteger(number)) throw new Error(`--${name} wants a whole number, not ${values[name]}`)
  return number
}
