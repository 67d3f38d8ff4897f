import { Type } from 'typebox'
import { openStore } from '../../stores/open-store.js'
import { inspectStore } from '../../transfer/inspect-store.js'
import type { App } from '../app.js'
import { clientSignal } from '../client-signal.js'
import { orNull } from '../schemas/or-null.js'
import { responses } from '../schemas/responses.js'
import { findServed, type ReadyStore, type ServedStore } from '../served-store.js'
import type { ServerContext } from '../server-context.js'
import { storeFailure } from '../store-failure.js'

const text = Type.String()
const HEAD = {
  name: text,
  engine: Type.Enum(['sqlite', 'postgresql']),
  location: Type.String({ description: 'Without its password' }),
  profile: orNull(text),
}
const ListSchema = Type.Object({
  stores: Type.Array(
    Type.Object({
      ...HEAD,
      engine: orNull(HEAD.engine),
      location: orNull(HEAD.location),
      default: Type.Boolean(),
      problem: Type.Optional(Type.String({ description: 'Why the store cannot be used' })),
    }),
  ),
})
const TableSchema = Type.Object({
  table: text,
  rows: Type.Integer(),
  estimated: Type.Boolean({ description: 'The count is the engine\'s own estimate' }),
  columns: Type.Array(Type.Object({ name: text, type: Type.String({ description: 'As declared' }), family: text, nullable: Type.Boolean(), generated: Type.Boolean() })),
  primary_key: Type.Array(text),
  references: Type.Array(Type.Object({ columns: Type.Array(text), table: text, target_columns: Type.Array(text) })),
})
const StoreSchema = Type.Object({ ...HEAD, engine_version: text, tables: Type.Array(TableSchema, { description: 'What is referred to comes first' }) })

/** The stores that are served, and what each holds. */
export function storeRoutes(app: App, { stores, settings }: ServerContext): void {
  app.get('/api/v1/stores', { config: { access: 'viewer' }, schema: { tags: ['stores'], summary: 'The stores', response: responses(ListSchema) } }, async () => ({
    stores: await Promise.all(stores.map(async (store) => ({ ...(await describe(store)), default: store.name === settings.store || stores.length === 1 }))),
  }))

  app.get(
    '/api/v1/stores/:name',
    { config: { access: 'viewer' }, schema: { tags: ['stores'], summary: 'What a store holds', params: Type.Object({ name: Type.String({ maxLength: 256 }) }), response: responses(StoreSchema) } },
    async ({ params }, reply) => inspect(findServed(stores, params.name, null), clientSignal(reply)),
  )
}

async function describe(store: ServedStore) {
  const { name } = store
  if (store.kind === 'unusable') return { name, engine: null, location: null, profile: null, problem: store.problem }
  const opened = openStore(store.location)
  await opened.close()
  return { name, engine: opened.engine, location: opened.name, profile: store.profile.name }
}

async function inspect({ name, location, profile }: ReadyStore, signal: AbortSignal) {
  const summary = await inspectStore({ store: location, profile, signal }).catch((error: unknown) => {
    throw storeFailure(error)
  })
  const counts = new Map(summary.tables.map((each) => [each.table, each]))
  const tables = summary.schema.tables.map(({ id, columns, primaryKey, references }) => ({
    table: id,
    rows: counts.get(id)?.rows ?? 0,
    estimated: counts.get(id)?.estimated ?? false,
    columns: columns.map((column) => ({ name: column.name, type: column.type.declared, family: column.type.encoding.family, nullable: column.nullable, generated: column.generated !== null })),
    primary_key: [...(primaryKey?.columns ?? [])],
    references: references.map((reference) => ({ columns: [...reference.columns], table: reference.table, target_columns: [...reference.targetColumns] })),
  }))
  return { name, engine: summary.engine, location: summary.store, profile: profile.name, engine_version: summary.engineVersion, tables }
}
