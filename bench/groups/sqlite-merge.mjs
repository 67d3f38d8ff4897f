import { makeSample } from '../machine/make-sample.mjs'
import { run } from '../machine/measure.mjs'
import { halfOf, makeEdited, mergeFigures, mergeSteps } from './merge.mjs'
import { rowByRow } from './row-by-row.mjs'

const SAMPLE = 100_000
const ROW_BY_ROW = 'a SELECT and a write for each row (better-sqlite3)'

export const sqliteMerge = {
  name: 'SQLite merge',
  figures: mergeFigures('SQLite', ROW_BY_ROW, '1/1.3'),
  note: `Row by row in SQLite: over ${SAMPLE.toLocaleString('en')} wide rows (or all, if fewer) with their links and parents, scaled linearly.`,
  async prepare(bench) {
    await makeSample(bench.at('half.db'), ...halfOf(bench.rows))
    await makeEdited(bench)
  },
  steps(bench) {
    const { at, remove } = bench
    const target = at('merged.db')
    const settle = () => run(`sync ${target}`)
    const fresh = async () => {
      remove('merged.db')
      await run(`cp ${at('half.db')} ${target}`)
      await settle()
    }
    return [{ name: ROW_BY_ROW, before: fresh, run: () => rowByRow('row-by-row-sqlite.mjs', target, at('edited.db'), SAMPLE) }, ...mergeSteps(bench, 'SQLite', target, { fresh, settle })]
  },
}
