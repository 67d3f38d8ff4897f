import { holdall } from '../machine/holdall.mjs'
import { makeSample } from '../machine/make-sample.mjs'
import { measure } from '../machine/measure.mjs'

export const sqliteExport = {
  name: 'SQLite export',
  figures: [{ what: 'SQLite export, level 6', anchor: 'sqlite3 .dump | gzip -6', holdall: 'holdall export of SQLite', mark: '0.45' }],
  async prepare({ at, rows }) {
    await makeSample(at('a.db'), rows)
  },
  steps({ at, remove, tools }) {
    return [
      {
        name: 'sqlite3 .dump | gzip -6', tools: ['sqlite3', 'gzip'],
        before: () => remove('a.sql.gz'),
        run: () => measure(`${tools.sqlite3} ${at('a.db')} .dump | ${tools.gzip} -6 > ${at('a.sql.gz')}`),
      },
      {
        name: 'holdall export of SQLite',
        before: () => remove('a.tar.gz'),
        run: () => holdall(`export --store ${at('a.db')} --output ${at('a.tar.gz')}`),
      },
    ]
  },
}
