import { present } from '../errors/present.js'
import type { Archive } from '../archive/open-archive.js'
import { cellValue } from '../rows/cell-value.js'
import { linesOf, rowSplitter } from '../rows/split-row.js'
import { type ColumnSurvey, observe } from '../schema/column-survey.js'
import { surveyFor } from '../schema/cross-engine/choose-types.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { Tracker } from './track-rows.js'

/** Reads an archive's rows once to learn what each column really holds, so that its type in the other engine keeps every value. */
export async function surveyColumns(archive: Archive, tables: readonly Table[], tracker: Tracker): Promise<ReadonlyMap<string, ReadonlyMap<string, ColumnSurvey>>> {
  const surveys = new Map<string, ReadonlyMap<string, ColumnSurvey>>()
  for (const table of tables) {
    const columns = storedColumns(table)
    const found = columns.map((column) => surveyFor(table, column, archive.schema.schema.engine))
    const split = rowSplitter(columns.map(({ name }) => name))
    const expected = present(archive.manifest.tables.find((entry) => entry.table === table.id)).rows
    for await (const { bytes } of tracker.rows('read', table.id, expected, archive.rows(table.id))) {
      for (const line of linesOf(bytes)) {
        const row = split(line)
        // A broken line is named when it is written.
        if (!('cells' in row)) continue
        for (const [index, column] of columns.entries()) {
          const survey = found[index]
          const value = cellValue(present(row.cells[index]), column)
          if (survey !== null && survey !== undefined) observe(survey, typeof value === 'boolean' ? BigInt(value) : value)
        }
      }
    }
    surveys.set(table.id, new Map(columns.flatMap(({ name }, index) => (found[index] ? [[name, found[index]] as const] : []))))
  }
  return surveys
}
