import type { ColumnSurvey } from '../column-survey.js'

/** Surveys by table id and column name. */
export type Surveys = ReadonlyMap<string, ReadonlyMap<string, ColumnSurvey>>

export function surveyOf(surveys: Surveys, table: string, column: string): ColumnSurvey | undefined {
  return surveys.get(table)?.get(column)
}
