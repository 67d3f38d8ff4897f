import { crossSchema } from '../schema/cross-engine/cross-schema.js'
import { narrowSchema, withoutDanglingReferences } from '../schema/narrow-schema.js'
import type { LeftOut, Table } from '../schema/schema.js'
import type { Archive } from '../archive/open-archive.js'
import type { Target } from '../stores/store.js'
import { surveyColumns } from './survey-columns.js'
import type { Tracker } from './track-rows.js'

/** --create: gives the target the archive's tables, through the type map when the engine is another. */
export async function createTables(archive: Archive, sources: readonly Table[], target: Target, tracker: Tracker): Promise<readonly LeftOut[]> {
  const own = narrowSchema(archive.schema.schema, sources)
  const engine = target.schema.engine
  const crossed =
    own.engine === engine
      ? { schema: own, notes: [] }
      : crossSchema(own, engine, await surveyColumns(archive, sources, tracker))
  const there = new Set([...crossed.schema.tables, ...target.schema.tables].map(({ id }) => id))
  // SQLite lets a reference lead nowhere, and a restore is faithful to that.
  const whole = engine === 'sqlite' ? { schema: crossed.schema, leftOut: [] } : withoutDanglingReferences(crossed.schema, (id) => there.has(id))
  const missing = [...crossed.notes, ...whole.leftOut, ...(await target.create(whole.schema))]
  // A view holds no rows, so the export left it out; its definition is carried all the same.
  const told = new Set([...missing, ...whole.schema.statements].map(({ kind, name }) => `${kind} ${name}`))
  return [...missing, ...own.leftOut.filter(({ kind, name }) => !told.has(`${kind} ${name}`))]
}
