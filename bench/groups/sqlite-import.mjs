import { expectTotals, holdall } from '../machine/holdall.mjs'
import { makeSample } from '../machine/make-sample.mjs'
import { measure, run } from '../machine/measure.mjs'

export const sqliteImport = {
  name: 'SQLite import',
  figures: [{ what: 'SQLite import, new file', anchor: 'sqlite3 .read of a dump', holdall: 'holdall import --create', mark: '0.9' }],
  async prepare({ at, rows, tools }) {
    await makeSample(at('a.db'), rows)
    await holdall(`export --store ${at('a.db')} --output ${at('a.tar.gz')}`)
    if (tools.sqlite3 !== null) await run(`${tools.sqlite3} ${at('a.db')} .dump > ${at('a.sql')}`)
  },
  steps({ at, remove, rows, tools }) {
    return [
      {
        name: 'sqlite3 .read of a dump', tools: ['sqlite3'],
        before: () => remove('b.db'),
        run: () => measure(`${tools.sqlite3} -bail ${at('b.db')} '.read ${at('a.sql')}'`),
      },
      {
        name: 'holdall import --create',
        before: () => remove('b.db'),
        async run() {
          const measured = await holdall(`import ${at('a.tar.gz')} --store ${at('b.db')} --create`)
          expectTotals(measured, { new: rows * 2 + Math.max(Math.floor(rows / 10), 1) })
          return measured
        },
      },
    ]
  },
}
