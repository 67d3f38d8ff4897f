import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sampleSchema, sampleTable } from '../../test/archive/testing.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { ArchiveSchema } from './archive-schema.js'
import { archiveSchemaShape } from './archive-schema-shape.js'
import { parseDocument } from './parse-document.js'

function parse(value: unknown): ArchiveSchema {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return parseDocument(Buffer.from(text), archiveSchemaShape, 'schema.json', { archive: 'a', member: 'schema.json', offset: 0 })
}

/** A schema with something of everything. */
function rich(): ArchiveSchema {
  const base = { ...sampleSchema(['a', 'b']), exportId: '9f5d2a52-36b6-4a8c-9d0f-0d6f2b2f4f11' }
  const [a, b] = base.schema.tables
  const columns = [
    ...a!.columns,
    { ...a!.columns[0]!, name: 'tags', type: { declared: 'text[]', encoding: { family: 'array', element: { family: 'composite', fields: [{ name: 'x', encoding: { family: 'text' } }] }, delimiter: ',' }, dynamic: false }, identity: { kind: 'serial', sequence: 's' }, generated: { expression: '1', stored: true } } as const,
  ]
  const reference = { name: 'fk', columns: ['id'], table: 'b', targetColumns: ['id'], onUpdate: 'cascade', onDelete: 'set-null', match: 'full', deferrability: 'initially-deferred', validated: false } as const
  const index = { name: 'i', unique: true, method: 'btree', parts: [{ column: 'id', descending: true }, { expression: 'lower(note)', descending: false }], condition: 'id > 1', ddl: 'CREATE' }
  return {
    ...base,
    selection: { where: { a: 'x' }, list: [1, [true, null]] },
    recovered: { from: base.exportId, losses: [{ table: 'a', chunks: [2], rows: null, endUnknown: true }], stubLosses: [{ table: 'x', chunks: [1], rows: 5, endUnknown: false }] },
    folders: { a: 'a', b: 'b', x: 'x' },
    stubs: { b: ['id'], x: ['note'] },
    stubTables: [{ ...sampleTable('x'), columns: sampleTable('x').columns.slice(1), primaryKey: null, ddl: null }],
    schema: {
      ...base.schema,
      extensions: ['citext'],
      types: [
        { kind: 'enum', id: 'e', namespace: 'public', name: 'e', labels: ['x'] },
        { kind: 'domain', id: 'd', namespace: 'public', name: 'd', base: 'text', collation: null, nullable: true, default: null, checks: [{ name: null, expression: 'true', validated: true }] },
        { kind: 'composite', id: 'c', namespace: 'public', name: 'c', fields: [{ name: 'x', declared: 'text', collation: null }] },
        { kind: 'range', id: 'r', namespace: 'public', name: 'r', subtype: 'int4' },
      ],
      sequences: [{ id: 's', namespace: 'public', name: 's', ownedBy: { table: 'a', column: 'id' }, dataType: 'bigint', start: '1', increment: '1', min: '1', max: '9', cache: '1', cycle: false, last: null }],
      tables: [{ ...a!, columns, references: [reference], indexes: [index], checks: [{ name: 'c', expression: 'true', validated: true }], traits: ['strict'] }, b!],
      statements: [{ kind: 'view', name: 'v', table: null, ddl: 'CREATE VIEW' }, { kind: 'virtual-table', name: 'f', table: 'a', ddl: 'CREATE VIRTUAL TABLE' }],
      leftOut: [{ kind: 'view', name: 'v', reason: 'holds no rows' }],
    },
  }
}

type Path = readonly (string | number)[]

/** Every place in a JSON value, the root left out. */
function places(value: unknown, at: Path = []): Path[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, each]) => places(each, [...at, Array.isArray(value) ? Number(key) : key])) : []
  return at.length === 0 ? below : [at, ...below]
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string | number, unknown>
  copy[key] = replaced(copy[key], rest, by)
  return copy
}

it('reads what was written', () => {
  expect(parse(rich())).toEqual(rich())
})

it('takes nothing but whole numbers for the bounds of a sequence', () => {
  for (const key of ['start', 'increment', 'min', 'max', 'cache', 'last']) {
    const forged = replaced(rich(), ['schema', 'sequences', 0, key], '1); DROP TABLE users; --')
    expect(() => parse(forged)).toThrow(`schema.json.schema.sequences[0].${key}: no whole number of 64 bits`)
  }
})

it('passes over keys it does not know', () => {
  expect(parse({ ...rich(), later: 1, schema: { ...rich().schema, later: [] } })).toEqual(rich())
})

it('answers any wrong value anywhere with the place, never with another error', () => {
  const all = places(rich())
  const wrong = fc.oneof(fc.constantFrom(null, true, -1, 1.5, '', 'x', [], {}, [null], { kind: '__proto__' }, { family: 'constructor' }, undefined), fc.jsonValue())
  fc.assert(fc.property(fc.constantFrom(...all), wrong, (place, value) => {
    try {
      parse(replaced(rich(), place, value))
    } catch (error) {
      expect(HoldallError.is(error) && error.code).toMatch(/^ARCHIVE_(CORRUPT|NEWER)$/)
      expect((error as Error).message).toMatch(/^schema\.json|newer/)
    }
  }), { numRuns: 2000 })
})

it.each<[string, (schema: ArchiveSchema) => unknown, string]>([
  ['a column without a name', (schema) => replaced(schema, ['schema', 'tables', 0, 'columns', 1, 'name'], 7), 'schema.json.schema.tables[0].columns[1].name: no string'],
  ['a column twice', (schema) => replaced(schema, ['schema', 'tables', 0, 'columns', 1, 'name'], 'id'), 'schema.json.schema.tables[0].columns[1].name: given twice'],
  ['a table twice', (schema) => replaced(schema, ['schema', 'tables', 1, 'id'], 'a'), 'schema.json.schema.tables[1].id: given twice'],
  ['an unknown family', (schema) => replaced(schema, ['schema', 'tables', 0, 'columns', 0, 'type', 'encoding', 'family'], 'toString'), 'schema.json.schema.tables[0].columns[0].type.encoding.family: none of boolean'],
  ['a table without a folder', (schema) => ({ ...schema, folders: { a: 'a', x: 'x' } }), 'schema.json.folders: no folder for "b"'],
  ['two tables in one folder', (schema) => ({ ...schema, folders: { a: 'x', b: 'X', x: 'y' } }), 'schema.json.folders["b"]: the folder of another table'],
  ['a folder outside', (schema) => ({ ...schema, folders: { a: '..', b: 'b', x: 'x' } }), 'schema.json.folders["a"]: no folder'],
  ['a folder of no table', (schema) => ({ ...schema, folders: { a: 'a', b: 'b', c: 'c', x: 'x' } }), 'schema.json.folders["c"]: no table of the schema'],
  ['a stub table without a folder', (schema) => ({ ...schema, folders: { a: 'a', b: 'b' } }), 'schema.json.folders: no folder for "x"'],
  ['stubs of no table', (schema) => ({ ...schema, stubs: { ...schema.stubs, constructor: ['id'] } }), 'schema.json.stubs["constructor"]: no table of the schema'],
  ['stubs without columns', (schema) => ({ ...schema, stubs: { ...schema.stubs, b: [] } }), 'schema.json.stubs["b"]: not stored columns in the order of the table'],
  ['stubs of an unknown column', (schema) => ({ ...schema, stubs: { ...schema.stubs, b: ['id', 'x'] } }), 'schema.json.stubs["b"]: not stored columns in the order of the table'],
  ['stubs in another order', (schema) => ({ ...schema, stubs: { ...schema.stubs, b: ['note', 'id'] } }), 'schema.json.stubs["b"]: not stored columns in the order of the table'],
  ['stubs of a generated column', (schema) => ({ ...schema, stubs: { ...schema.stubs, a: ['id', 'tags'] } }), 'schema.json.stubs["a"]: not stored columns in the order of the table'],
  ['a stub table that is in the schema', (schema) => replaced(schema, ['stubTables', 0, 'id'], 'b'), 'schema.json.stubs["x"]: no table of the schema'],
  ['a stub table without stubs', (schema) => ({ ...schema, stubs: { b: ['id'] } }), 'schema.json.stubTables[0]: other columns than its stubs have'],
  ['a table described twice', (schema) => ({ ...schema, stubTables: [...schema.stubTables, ...schema.stubTables] }), 'schema.json.stubTables[1]: the id of another table'],
  ['another format', (schema) => replaced(schema, ['format', 'name'], 'zip'), 'schema.json.format.name: none of holdall-archive'],
  ['a time that is none', (schema) => ({ ...schema, createdAt: 'yesterday' }), 'schema.json.createdAt: no instant'],
])('names the place of %s', (_what, change, message) => {
  expect(() => parse(change(rich()))).toThrow(message)
})

it('does not fill the stack', () => {
  const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000)
  expect(() => parse(deep('[', ']'))).toThrow('no object')
  const selection = JSON.stringify(rich()).replace(/"selection":\{.*?\]\]\}/, () => `"selection":{"a":${deep('[', ']')}}`)
  expect(() => parse(selection)).toThrow('nested too deep')
  const encoding = JSON.stringify(rich()).replace('{"family":"integer"}', () => `${'{"family":"array","delimiter":",","element":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
  expect(() => parse(encoding)).toThrow('nested too deep')
})

it('reads a schema that says nothing of stubs', () => {
  const { stubs: _stubs, stubTables: _stubTables, ...bare } = sampleSchema(['a'])
  expect(parse(bare)).toMatchObject({ stubs: {}, stubTables: [] })
})
