import { holdall } from '../machine/holdall.mjs'
import { makeSample } from '../machine/make-sample.mjs'
import { POSTGRESQL_SCHEMA } from '../sample.mjs'

/** The tables without rows, to copy databases from. */
export async function makeEmpty({ server }) {
  await server.make('empty', 'template0')
  await server.query('empty', POSTGRESQL_SCHEMA)
}

/** A database with the rows of a sample, analysed and on disk. */
export async function loadRows(bench, name, rows, options) {
  const { at, remove } = bench
  await makeSample(at('rows.db'), rows, options)
  await holdall(`export --store ${at('rows.db')} --output ${at('rows.tar.gz')} --compression-level 1`)
  remove('rows.db')
  await loadArchive(bench, name, at('rows.tar.gz'))
  remove('rows.tar.gz')
}

/** As `loadRows`, of rows that are in an archive already. */
export async function loadArchive({ server }, name, archive) {
  await makeEmpty({ server })
  await server.make(name, 'empty')
  await holdall(`import ${archive} --store '${server.url(name)}'`)
  await server.settle(name)
}
