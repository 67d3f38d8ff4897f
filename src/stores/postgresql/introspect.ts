import { present } from '../../errors/present.js'
import type pg from 'pg'
import { texts } from '../texts.js'
import type { LeftOut, Schema } from '../../schema/schema.js'
import { assembleTable, assembleSequences } from './assemble-schema.js'
import { assembleTypes } from './assemble-types.js'
import { introspectConstraints } from './introspect-constraints.js'
import { introspectIndexes } from './introspect-indexes.js'
import { introspectLeftOut } from './introspect-left-out.js'
import { introspectRelations, type Relation } from './introspect-relations.js'
import { introspectSequences } from './introspect-sequences.js'
import { introspectExtensions, introspectFields, introspectTypes, type CompositeField } from './introspect-types.js'
import { missingFields, reachableTypes, type TypeCatalogue } from './type-encoding.js'

/**
 * All schemas of the user's, as one schema; PostgreSQL 12 to 18. A dozen catalogue queries whatever the size. Run it in
 * the transaction whose rows it is to describe. Tables are in order of id, types in order of dependency.
 */
export async function introspect(client: pg.ClientBase): Promise<Schema> {
  const path = await one(client, `SELECT current_setting('search_path')`)
  // What the server prints is qualified as far as the search path does not reach: so everything of the user's is.
  await client.query(`SELECT set_config('search_path', 'pg_catalog', false)`)
  const schema = await read(client)
  await client.query({ text: `SELECT set_config('search_path', $1, false)`, values: [path] })
  return freeze(schema)
}

async function read(client: pg.ClientBase): Promise<Schema> {
  const version = await one(client, `SELECT current_setting('server_version')`)
  const relations = await introspectRelations(client)
  const constraints = await introspectConstraints(client, relations)
  const indexes = await introspectIndexes(client, relations)
  const { sequences, leftOut: sequenceValues } = await introspectSequences(client)
  const types = await readTypes(client, relations)
  const own = assembleTypes(types)
  const inOrder = [...relations.values()].sort((a, b) => compare(a.id, b.id))
  const assembled = inOrder.map((relation) => assembleTable({ relation, types, sequences, constraints: present(constraints.get(relation.oid)), indexes: present(indexes.get(relation.oid)) }))
  const leftOut: LeftOut[] = [...(await introspectLeftOut(client)), ...own.leftOut, ...assembled.flatMap((table) => table.leftOut), ...sequenceValues]
  return {
    engine: 'postgresql',
    engineVersion: version.replace(/\s.*/, ''),
    extensions: await usedExtensions(client, relations, types),
    types: own.types,
    sequences: assembleSequences(sequences, relations, assembled.map((each) => each.table)),
    tables: assembled.map((each) => each.table),
    statements: [],
    leftOut,
    file: null,
  }
}

/** All types, and the fields of composites as deep as columns and the user's own types reach. */
async function readTypes(client: pg.ClientBase, relations: ReadonlyMap<string, Relation>): Promise<TypeCatalogue> {
  const types = await introspectTypes(client)
  const roots = [...columnTypes(relations), ...[...types.values()].filter((type) => type.own).map((type) => type.oid)]
  const fields = new Map<string, readonly CompositeField[]>()
  for (let missing = missingFields(roots, { types, fields }); missing.length > 0; missing = missingFields(roots, { types, fields })) {
    for (const [relation, found] of await introspectFields(client, missing)) fields.set(relation, found)
  }
  return { types, fields }
}

async function usedExtensions(client: pg.ClientBase, relations: ReadonlyMap<string, Relation>, types: TypeCatalogue): Promise<readonly string[]> {
  const ofTypes = reachableTypes(columnTypes(relations), types).map((type) => type.extension)
  const all = new Set([...ofTypes, ...(await introspectExtensions(client))].filter((name) => name !== null))
  return [...all].sort(compare)
}

function columnTypes(relations: ReadonlyMap<string, Relation>): readonly string[] {
  return [...relations.values()].flatMap((relation) => [...relation.attributes.values()].map((attribute) => attribute.type))
}

async function one(client: pg.ClientBase, query: string): Promise<string> {
  const { rows } = await client.query<[string]>({ text: query, rowMode: 'array' })
  return texts(rows[0], 1)[0]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const each of Object.values(value)) freeze(each)
  }
  return value
}
