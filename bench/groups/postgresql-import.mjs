import { expectTotals, holdall } from '../machine/holdall.mjs'
import { measure, run } from '../machine/measure.mjs'
import { loadRows } from './postgresql-rows.mjs'

// psql has each table's rows in a file, in the order that the references need.
const TABLES = ['parent', 'item', 'link']

export const postgresqlImport = {
  name: 'PostgreSQL import', server: true,
  figures: [
    { what: 'PostgreSQL import, existing empty tables', anchor: 'pg_restore --data-only --disable-triggers', holdall: 'holdall import', mark: '0.75' },
    { what: 'PostgreSQL import, existing empty tables', anchor: 'psql \\copy, references checked', holdall: 'holdall import', mark: '0.4' },
  ],
  async prepare(bench) {
    const { at, tools, server, rows } = bench
    await loadRows(bench, 'source', rows)
    await holdall(`export --store '${server.url('source')}' --output ${at('p.tar.gz')}`)
    if (tools.pg_dump !== null) await run(`${tools.pg_dump} -Fc -f ${at('p.dump')} '${server.url('source')}'`)
    if (tools.psql !== null) await run(psql(bench, 'source', (table) => `\\copy ${table} to '${at(`${table}.copy`)}'`))
    await server.drop('source')
  },
  steps(bench) {
    const { at, tools, server, rows } = bench
    const before = () => server.make('target', 'empty')
    return [
      {
        name: 'pg_restore --data-only --disable-triggers', tools: ['pg_dump', 'pg_restore'], before,
        run: () => measure(`${tools.pg_restore} --single-transaction --data-only --disable-triggers -d '${server.url('target')}' ${at('p.dump')}`),
      },
      {
        name: 'holdall import', before,
        async run() {
          const measured = await holdall(`import ${at('p.tar.gz')} --store '${server.url('target')}'`)
          expectTotals(measured, { new: rows * 2 + Math.max(Math.floor(rows / 10), 1) })
          return measured
        },
      },
      {
        name: 'psql \\copy, references checked', tools: ['psql'], before,
        run: () => measure(psql(bench, 'target', (table) => `\\copy ${table} from '${at(`${table}.copy`)}'`)),
      },
    ]
  },
}

const psql = ({ tools, server }, database, command) =>
  `${tools.psql} -X -q --set ON_ERROR_STOP=1 --single-transaction ${TABLES.map((table) => `-c "${command(table)}"`).join(' ')} '${server.url(database)}'`
