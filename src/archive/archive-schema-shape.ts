import type { Application, ArchiveSchema, Recovery, TableLoss } from './archive-schema.js'
import { count, flag, list, matching, misshapen, nullable, object, optional, plain, record, text, type Shape } from './json-shape.js'
import { isFolder } from './member-path.js'
import { formatShape } from './parse-document.js'
import { storedColumns } from '../schema/stored-columns.js'
import { schemaShape, tableShape } from './schema-shape.js'
import { stubTable } from './stub-table.js'

export const uuid = matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'UUID in lower case')

/** The last second a tar header can hold. */
const LAST = 0o77777777777 * 1000

export const instant: Shape<string> = (value, path) => {
  const time = Date.parse(text(value, path))
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text(value, path))
  return iso && time >= 0 && time <= LAST ? text(value, path) : misshapen(path, 'no instant in UTC')
}

const losses = list(object<TableLoss>({ table: text, chunks: list(count), rows: nullable(count), endUnknown: flag }))
const recovery = object<Recovery>({ from: uuid, losses, stubLosses: optional(losses, Object.freeze([])) })

export const applicationShape: Shape<Application> = object<Application>({ version: text, schemaVersion: text, serverVersion: text, databaseType: text, encryptionKeyId: text })

const folder: Shape<string> = (value, path) => (isFolder(text(value, path)) ? text(value, path) : misshapen(path, 'no folder'))

const shape = object<ArchiveSchema>({
  format: formatShape,
  exportId: uuid,
  createdAt: instant,
  generator: text,
  lineage: object<ArchiveSchema['lineage']>({ derivedFrom: list(uuid) }),
  profile: nullable(text),
  application: optional(nullable(applicationShape), null),
  selection: plain(32),
  folders: record(folder),
  recovered: optional(nullable(recovery), null),
  stubs: optional(record(list(text)), Object.freeze({})),
  stubTables: optional(list(tableShape), Object.freeze([])),
  schema: schemaShape,
})

/** `schema.json` as a whole; every table has a folder of its own. */
export const archiveSchemaShape: Shape<ArchiveSchema> = (value, path) => {
  const schema = shape(value, path)
  checkStubs(schema, path)
  const tables = new Set([...schema.schema.tables, ...schema.stubTables].map(({ id }) => id))
  const taken = new Set<string>()
  for (const [table, each] of Object.entries(schema.folders)) {
    const at = `${path}.folders[${JSON.stringify(table)}]`
    if (!tables.delete(table)) misshapen(at, 'no table of the schema')
    if (taken.has(each.toLowerCase())) misshapen(at, 'the folder of another table')
    taken.add(each.toLowerCase())
  }
  for (const table of tables) misshapen(`${path}.folders`, `no folder for ${JSON.stringify(table)}`)
  return schema
}

/** Stubs are of tables that are described, hold stored columns in the order of the table, and none is described for nothing. */
export function checkStubs(schema: Pick<ArchiveSchema, 'stubs' | 'stubTables' | 'schema'>, path: string): void {
  for (const [table, columns] of Object.entries(schema.stubs)) {
    const at = `${path}.stubs[${JSON.stringify(table)}]`
    const described = stubTable(schema, table)
    if (described === null) return misshapen(at, 'no table of the schema')
    const names = storedColumns(described).map(({ name }) => name)
    if (columns.length === 0 || names.join('\0') !== columns.join('\0')) misshapen(at, 'not stored columns in the order of the table')
  }
  const seen = new Set(schema.schema.tables.map(({ id }) => id))
  schema.stubTables.forEach(({ id, columns }, i) => {
    const at = `${path}.stubTables[${i}]`
    if (seen.has(id)) misshapen(at, 'the id of another table')
    seen.add(id)
    const stubs = Object.hasOwn(schema.stubs, id) ? (schema.stubs[id]?.length ?? 0) : 0
    if (stubs !== columns.length) misshapen(at, 'other columns than its stubs have')
  })
}
