import Database from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createDatabase } from '../../../test/postgres/database.js'
import { createStatements } from '../../../test/schema/create-statements.js'
import { keyOf, referenceOf, schemaOf, sqliteColumn, tableOf } from '../../../test/schema/tables.js'
import { observe } from '../column-survey.js'
import type { Table } from '../schema.js'
import { surveyFor } from './choose-types.js'
import { crossSchema } from './cross-schema.js'

const path = [fileURLToPath(new URL('../../../../shared/data/chinook.sqlite', import.meta.url))].find((candidate) => existsSync(candidate))

test.skipIf(path === undefined)('Chinook gets the types its makers gave it in PostgreSQL (skipped where ../shared/data is absent)', async () => {
  const database = new Database(path, { readonly: true }).defaultSafeIntegers(true)
  const pragma = <T>(name: string): T[] => database.pragma(name) as T[]
  const names = database.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all()
  const tables = names.map((name): Table => {
    const columns = pragma<{ name: string; type: string; notnull: bigint; pk: bigint }>(`table_info("${name}")`)
    const key = columns.filter((column) => column.pk > 0n)
    const references = pragma<{ table: string; from: string; to: string }>(`foreign_key_list("${name}")`)
    return tableOf(name, columns.map((column) => sqliteColumn(column.name, column.type, { nullable: column.notnull === 0n, identity: key.length === 1 && column.pk > 0n ? { kind: 'rowid', autoincrement: false } : null })), {
      primaryKey: keyOf(...key.map((column) => column.name)),
      references: references.map((reference) => referenceOf([reference.from], reference.table, [reference.to])),
    })
  })
  const surveys = new Map(
    tables.map((table) => [
      table.id,
      new Map(
        table.columns.map((column) => {
          const survey = surveyFor(table, column, 'sqlite')!
          for (const value of database.prepare<[], bigint | number | string | null>(`SELECT "${column.name}" FROM "${table.name}"`).pluck().iterate()) observe(survey, value)
          return [column.name, survey]
        }),
      ),
    ]),
  )
  database.close()
  const { schema, notes } = crossSchema(schemaOf('sqlite', tables), 'postgresql', surveys)
  const types = new Map(schema.tables.flatMap((table) => table.columns.map((column) => [`${table.id}.${column.name}`, column.type.declared])))
  expect(types.get('Invoice.InvoiceDate')).toBe('timestamp without time zone')
  expect(types.get('Invoice.Total')).toBe('numeric(10,2)')
  expect(types.get('Track.UnitPrice')).toBe('numeric(10,2)')
  expect(types.get('Track.Name')).toBe('character varying(200)')
  expect(types.get('Track.Milliseconds')).toBe('bigint')
  expect(notes).toEqual([])
  await (await createDatabase(18)).run(createStatements(schema))
})
