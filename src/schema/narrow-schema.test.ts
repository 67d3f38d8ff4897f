import { expect, test } from 'vitest'
import { referenceOf, schemaOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import type { Sequence } from './schema.js'
import { narrowSchema, withoutDanglingReferences } from './narrow-schema.js'

const a = tableOf('a', [sqliteColumn('id', 'INTEGER')])
const b = tableOf('b', [sqliteColumn('a', 'INTEGER')], { references: [referenceOf(['a'], 'a', ['id'])] })
const numbering = (table: string): Sequence => ({ id: table, namespace: null, name: table, ownedBy: { table, column: 'id' }, dataType: '', start: '1', increment: '1', min: '1', max: '9', cache: '1', cycle: false, last: null })
const trigger = (table: string | null): { kind: 'trigger'; name: string; table: string | null; ddl: string } => ({ kind: 'trigger', name: `of ${table ?? 'all'}`, table, ddl: '' })
const schema = schemaOf('sqlite', [a, b], { sequences: [numbering('a'), numbering('b')], statements: [trigger('a'), trigger('b'), trigger(null)] })

test('what belongs to a table goes with it, what belongs to none stays', () => {
  const narrow = narrowSchema(schema, [b])
  expect([narrow.tables, narrow.sequences.map(({ id }) => id), narrow.statements.map(({ name }) => name)]).toEqual([[b], ['b'], ['of b', 'of all']])
  expect(narrowSchema(schema, [a, b])).toBe(schema)
})

test('a reference to a table that will not be there is left out, and named', () => {
  const { schema: without, leftOut } = withoutDanglingReferences(schema, (id) => id === 'b')
  expect(without.tables).toEqual([a, { ...b, references: [] }])
  expect(leftOut).toMatchObject([{ kind: 'reference', name: 'b (a)' }])
  expect(withoutDanglingReferences(schema, () => true)).toEqual({ schema, leftOut: [] })
})
