import { makeEdited, halfOf, mergeFigures, mergeSteps } from './merge.mjs'
import { loadRows } from './postgresql-rows.mjs'
import { rowByRow } from './row-by-row.mjs'

const SAMPLE = 20_000
const ROW_BY_ROW = 'a SELECT and a write for each row (pg)'

export const postgresqlMerge = {
  name: 'PostgreSQL merge', server: true,
  figures: mergeFigures('PostgreSQL', ROW_BY_ROW, '1/12'),
  note: `The archive merged is of the SQLite file, in both engines. Row by row in PostgreSQL: over ${SAMPLE.toLocaleString('en')} wide rows (or all, if fewer) with their links and parents, scaled linearly.`,
  async prepare(bench) {
    await loadRows(bench, 'half', ...halfOf(bench.rows))
    await makeEdited(bench)
  },
  steps(bench) {
    const { at, server } = bench
    const url = server.url('merged')
    const fresh = () => server.make('merged', 'half')
    const settle = () => server.settle('merged')
    return [{ name: ROW_BY_ROW, before: fresh, run: () => rowByRow('row-by-row-postgresql.mjs', url, at('edited.db'), SAMPLE) }, ...mergeSteps(bench, 'PostgreSQL', url, { fresh, settle })]
  },
}
