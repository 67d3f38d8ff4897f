import { expectTotals, holdall } from '../machine/holdall.mjs'
import { makeSample } from '../machine/make-sample.mjs'

export const SHIFT = 7_000_000

/** Half of the rows, under other ids. */
export const halfOf = (rows) => [Math.floor(rows / 2), { parents: Math.max(Math.floor(rows / 10), 1), shift: SHIFT }]

/** The archive of all rows, a tenth of them changed; the file stays for the row by row programs. */
export async function makeEdited({ at, rows }) {
  await makeSample(at('edited.db'), rows, { parents: Math.max(Math.floor(rows / 10), 1), changed: 10 })
  await holdall(`export --store ${at('edited.db')} --output ${at('edited.tar.gz')}`)
}

export const mergeFigures = (engine, rowByRow, mark) => [
  { what: `${engine} merge by natural key, half existing, a tenth changed`, anchor: rowByRow, holdall: `holdall import (merge) into ${engine}`, mark },
  { what: `${engine} second import of the same archive`, anchor: `holdall import (merge) into ${engine}`, holdall: `holdall import again into ${engine}`, mark: '0.5' },
  { what: `${engine} dry run of the merge`, anchor: `holdall import (merge) into ${engine}`, holdall: `holdall import --dry-run into ${engine}`, mark: '1.3' },
]

/** `fresh` makes the target anew; `settle` comes between the merge and the import of the same archive again. */
export function mergeSteps({ at, rows }, engine, store, { fresh, settle }) {
  const half = Math.floor(rows / 2)
  const parents = Math.max(Math.floor(rows / 10), 1)
  const changed = Math.floor(half / 10)
  const merged = { new: 2 * (rows - half), changed, unchanged: parents + 2 * half - changed }
  const step = (name, before, flags, totals) => ({
    name, before,
    async run() {
      const measured = await holdall(`import ${at('edited.tar.gz')} --store '${store}' ${flags}`)
      expectTotals(measured, totals)
      return measured
    },
  })
  return [
    step(`holdall import (merge) into ${engine}`, fresh, '', merged),
    step(`holdall import again into ${engine}`, settle, '', { new: 0, changed: 0, unchanged: parents + 2 * rows }),
    step(`holdall import --dry-run into ${engine}`, fresh, '--dry-run', merged),
  ]
}
