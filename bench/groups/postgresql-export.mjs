import { holdall } from '../machine/holdall.mjs'
import { measure } from '../machine/measure.mjs'
import { loadRows } from './postgresql-rows.mjs'

export const postgresqlExport = {
  name: 'PostgreSQL export', server: true,
  figures: [
    { what: 'PostgreSQL export, level 6', anchor: 'pg_dump -Fc', holdall: 'holdall export of PostgreSQL', mark: '0.6' },
    { what: 'PostgreSQL export, level 1', anchor: 'pg_dump -Fc -Z1', holdall: 'holdall export of PostgreSQL, level 1', mark: '1.3' },
  ],
  prepare: (bench) => loadRows(bench, 'source', bench.rows),
  steps(bench) {
    return [dump(bench, 'pg_dump -Fc', ''), ours(bench, 'holdall export of PostgreSQL', 6), dump(bench, 'pg_dump -Fc -Z1', '-Z1'), ours(bench, 'holdall export of PostgreSQL, level 1', 1)]
  },
}

const dump = ({ at, remove, tools, server }, name, flag) => ({
  name, tools: ['pg_dump'],
  before: () => remove('p.dump'),
  run: () => measure(`${tools.pg_dump} -Fc ${flag} -f ${at('p.dump')} '${server.url('source')}'`),
})

const ours = ({ at, remove, server }, name, level) => ({
  name,
  before: () => remove('p.tar.gz'),
  run: () => holdall(`export --store '${server.url('source')}' --output ${at('p.tar.gz')} --compression-level ${level}`),
})
