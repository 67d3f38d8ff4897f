import { expect, test } from 'vitest'
import { postgresqlColumn, referenceOf, schemaOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { findCycles } from './cycles.js'

const pg = (name: string, nullable = true) => postgresqlColumn(name, 'bigint', 'integer', { nullable })
const posts = tableOf('posts', [pg('id', false), pg('author', false)], { references: [referenceOf(['author'], 'users', ['id'])] })

test('a schema without cycles has none', () => {
  expect(findCycles(schemaOf('postgresql', [posts, tableOf('users', [pg('id', false)])]))).toEqual([])
})

test('a cycle names its tables and only the references inside it', () => {
  const users = tableOf('users', [pg('id', false), pg('pinned'), pg('city')], { references: [referenceOf(['pinned'], 'posts', ['id'], { deferrability: 'initially-deferred' }), referenceOf(['city'], 'cities', ['id'])] })
  const [cycle, ...more] = findCycles(schemaOf('postgresql', [posts, users, tableOf('cities', [pg('id')])]))
  expect(more).toEqual([])
  expect(cycle?.tables).toEqual(['posts', 'users'])
  expect(cycle?.references).toEqual([
    { table: 'posts', columns: ['author'], target: 'users', targetColumns: ['id'], nullable: false, deferrable: false },
    { table: 'users', columns: ['pinned'], target: 'posts', targetColumns: ['id'], nullable: true, deferrable: true },
  ])
  expect(cycle?.broken).toBe(
    'Into empty tables posts.author → users and users.pinned → posts are dropped and added again, validated, in the same transaction; ' +
      'into rows that are there users.pinned → posts, being deferrable, is checked at the end of the transaction and ' +
      'posts.author → users is checked after the one statement that writes the whole cycle, so its being NOT NULL needs no placeholder.',
  )
})

test('every self reference is a cycle of its own, also inside a larger one', () => {
  const users = tableOf('users', [pg('id', false), pg('chief'), pg('deputy'), pg('pinned')], {
    references: [referenceOf(['chief'], 'users', ['id']), referenceOf(['deputy'], 'users', ['id']), referenceOf(['pinned'], 'posts', ['id'])],
  })
  const found = findCycles(schemaOf('postgresql', [posts, users]))
  expect(found.map((cycle) => cycle.references.map((reference) => reference.columns.join()))).toEqual([['author', 'pinned'], ['chief'], ['deputy']])
  expect(found[1]?.broken).toBe(
    'Into an empty table users.chief → users is dropped and added again, validated, in the same transaction; into rows that are there it is checked after the one statement that writes all rows of users.',
  )
})

test('in SQLite the sentence speaks of foreign_key_check and of NOT NULL references', () => {
  const a = tableOf('a', [sqliteColumn('b', 'INTEGER', { nullable: false })], { references: [referenceOf(['b'], 'b', ['id'])] })
  const b = tableOf('b', [sqliteColumn('a', 'INTEGER')], { references: [referenceOf(['a'], 'a', ['id'])] })
  expect(findCycles(schemaOf('sqlite', [a, b]))[0]?.broken).toBe(
    'a.b → b and b.a → a are not enforced while rows go in and are proven by foreign_key_check before the commit, so a.b → b, being NOT NULL, needs no placeholder.',
  )
})

test('a composite reference may be left NULL by one column, but only by all with MATCH FULL', () => {
  const columns = [pg('x', false), pg('y')]
  const simple = tableOf('t', columns, { references: [referenceOf(['x', 'y'], 't', ['x', 'y'])] })
  const full = tableOf('t', columns, { references: [referenceOf(['x', 'y'], 't', ['x', 'y'], { match: 'full' })] })
  expect(findCycles(schemaOf('postgresql', [simple]))[0]?.references[0]?.nullable).toBe(true)
  expect(findCycles(schemaOf('postgresql', [full]))[0]?.references[0]?.nullable).toBe(false)
  expect(findCycles(schemaOf('postgresql', [full]))[0]?.broken).toContain('t.(x, y) → t')
})
