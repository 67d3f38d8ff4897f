import type { ArchiveSchema, Recovery, TableLoss } from './archive-schema.js'
import { count, flag, list, matching, misshapen, nullable, object, optional, plain, record, text, type Shape } from './json-shape.js'
import { isFolder } from './member-path.js'
import { formatShape } from './parse-document.js'
import { schemaShape } from './schema-shape.js'

export const uuid = matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'UUID in lower case')

/** The last second a tar header can hold. */
const LAST = 0o77777777777 * 1000

export const instant: Shape<string> = (value, path) => {
  const time = Date.parse(text(value, path))
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text(value, path))
  return iso && time >= 0 && time <= LAST ? text(value, path) : misshapen(path, 'no instant in UTC')
}

const recovery = object<Recovery>({
  from: uuid,
  losses: list(object<TableLoss>({ table: text, chunks: list(count), rows: nullable(count), endUnknown: flag })),
})

const folder: Shape<string> = (value, path) => (isFolder(text(value, path)) ? text(value, path) : misshapen(path, 'no folder'))

const shape = object<ArchiveSchema>({
  format: formatShape,
  exportId: uuid,
  createdAt: instant,
  generator: text,
  lineage: object<ArchiveSchema['lineage']>({ derivedFrom: list(uuid) }),
  profile: nullable(text),
  selection: plain(32),
  folders: record(folder),
  recovered: optional(nullable(recovery), null),
  schema: schemaShape,
})

/** `schema.json` as a whole; every table has a folder of its own. */
export const archiveSchemaShape: Shape<ArchiveSchema> = (value, path) => {
  const schema = shape(value, path)
  const tables = new Set(schema.schema.tables.map(({ id }) => id))
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
