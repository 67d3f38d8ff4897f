import { HoldallError } from '../errors/holdall-error.js'
import { entryOf, type Profile } from '../profiles/profile.js'
import { cellValue } from '../rows/cell-value.js'
import { rowSplitter, linesOf } from '../rows/split-row.js'
import { nearHint } from '../schema/near-hint.js'
import { narrowTable } from '../schema/narrow-table.js'
import type { Table } from '../schema/schema.js'
import { projectClause } from '../stores/project-clause.js'
import type { Sql } from '../stores/sql.js'
import type { Snapshot } from '../stores/store.js'

/** By table id, which rows belong to the project; of other tables only those come that are referred to. */
export type ProjectRows = ReadonlyMap<string, Sql>

/** @throws USAGE where no profile says what belongs to a project, PROJECT_NOT_FOUND where nothing belongs to this one */
export async function planProject(snapshot: Snapshot, profile: Profile, project: string): Promise<ProjectRows> {
  const tables = new Map(snapshot.schema.tables.map((table) => [table.id, table]))
  const found = new Map<string, Sql>()
  for (const table of tables.values()) {
    const clause = projectClause(table, entryOf(profile.project, table.id) ?? [], project, tables)
    if (clause !== null) found.set(table.id, clause)
  }
  if (found.size === 0) {
    throw new HoldallError('USAGE', {
      message: `--project ${project} means nothing: no profile says how rows of this database belong to a project`,
      hint: 'Pass --profile, or say it under project of a profile in holdall.yaml.',
    })
  }
  // Neither engine has a text with U+0000 in a statement.
  if (!project.includes('\0')) {
    for (const [id, clause] of found) {
      const table = tables.get(id)
      if (table !== undefined && (await snapshot.count(table, { clause })) > 0) return found
    }
  }
  throw new HoldallError('PROJECT_NOT_FOUND', { message: `nothing belongs to the project ${project.replaceAll('\0', '\\0')}`, ...nearHint(project, await projectsOf(snapshot, profile)) })
}

/** Ids to be named to somebody who mistyped one. */
const MOST = 10_000

/** The ids in the tables whose primary key is the id of a project. */
async function projectsOf(snapshot: Snapshot, profile: Profile): Promise<readonly string[]> {
  const ids: string[] = []
  for (const table of snapshot.schema.tables) {
    const [key, ...more] = table.primaryKey?.columns ?? []
    const paths = entryOf(profile.project, table.id) ?? []
    if (key === undefined || more.length > 0 || !paths.some((path) => path.kind === 'column' && path.column === key)) continue
    for await (const id of valuesOf(snapshot, table, key)) {
      if (ids.length >= MOST) return ids
      ids.push(id)
    }
  }
  return ids
}

async function* valuesOf(snapshot: Snapshot, table: Table, column: string): AsyncGenerator<string> {
  const narrow = narrowTable(table, (name) => name === column)
  const [only] = narrow.columns
  const split = rowSplitter([column])
  for await (const { bytes } of snapshot.rows(narrow)) {
    for (const line of linesOf(bytes)) {
      const row = split(line)
      const value = only === undefined || !('cells' in row) ? null : cellValue(row.cells[0] ?? 'null', only)
      if (value !== null && !Buffer.isBuffer(value)) yield String(value)
    }
  }
}
