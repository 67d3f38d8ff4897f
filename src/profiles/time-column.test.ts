import { expect, test } from 'vitest'
import { columnOf, postgresqlColumn, tableOf } from '../../test/schema/tables.js'
import type { ScalarFamily } from '../schema/column-type.js'
import { emptyProfile, frozenRecord } from './profile.js'
import { timeColumn } from './time-column.js'

type Spec = readonly [name: string, declared: string, family: ScalarFamily, engine?: 'sqlite']

function choose(columns: readonly Spec[]): string | null {
  const table = tableOf('t', columns.map(([name, declared, family, engine]) => columnOf(name, { declared, encoding: { family }, dynamic: engine === 'sqlite' })))
  return timeColumn(table, emptyProfile)
}

test.each<[string, readonly Spec[], string | null]>([
  ['when it was changed before when it was made', [['created_at', 'timestamptz', 'timestamptz'], ['updated_at', 'timestamptz', 'timestamptz']], 'updated_at'],
  ['when it was made, if that is all', [['id', 'bigint', 'integer'], ['created_at', 'timestamp', 'timestamp']], 'created_at'],
  ['the specific name before the vague one', [['updated', 'timestamp', 'timestamp'], ['last_modified', 'timestamp', 'timestamp']], 'last_modified'],
  ['camel case and capitals', [['CreatedAt', 'date', 'date'], ['updatedAt', 'date', 'date']], 'updatedAt'],
  ['SQLite DATETIME', [['UPDATED_AT', 'DATETIME', 'any', 'sqlite']], 'UPDATED_AT'],
  ['SQLite TEXT and INTEGER', [['updated_at', 'TEXT', 'text', 'sqlite']], 'updated_at'],
  ['an undeclared SQLite column', [['updated_at', '', 'any', 'sqlite']], 'updated_at'],
  ['seconds since 1970 in PostgreSQL', [['updated_at', 'bigint', 'integer']], 'updated_at'],
  ['ISO text in PostgreSQL', [['updated_at', 'text', 'text']], 'updated_at'],
  ['no flag that happens to be named so', [['updated', 'boolean', 'boolean'], ['modified_at', 'boolean', 'boolean']], null],
  ['no SQLite flag either', [['updated', 'BOOLEAN', 'any', 'sqlite'], ['updated_at', 'BOOLEAN', 'any', 'sqlite']], null],
  ['no counter under a vague name', [['updated', 'integer', 'integer'], ['date', 'INTEGER', 'integer', 'sqlite']], null],
  ['a vague name that is declared a time', [['date', 'DATE', 'any', 'sqlite']], 'date'],
  ['no time of day', [['time', 'time', 'time'], ['updated_at', 'interval', 'interval']], null],
  ['no blob', [['updated_at', 'BLOB', 'bytes', 'sqlite']], null],
  ['no JSON', [['updated_at', 'jsonb', 'json']], null],
  ['the next name when the first cannot hold times', [['updated_at', 'jsonb', 'json'], ['created_at', 'timestamptz', 'timestamptz']], 'created_at'],
  ['nothing without a usual name', [['birthday', 'date', 'date']], null],
])('%s', (_, columns, expected) => {
  expect(choose(columns)).toBe(expected)
})

test('the profile decides, whatever the type', () => {
  const table = tableOf('t', [postgresqlColumn('updated_at', 'timestamptz', 'timestamptz'), postgresqlColumn('seen', 'integer', 'integer')])
  const profile = { ...emptyProfile, timeColumns: frozenRecord([['t', 'seen']]) }
  expect(timeColumn(table, profile)).toBe('seen')
  expect(timeColumn({ ...table, id: 'u' }, profile)).toBe('updated_at')
})

test('a profile that names a column that is not there is an error with near names', () => {
  const table = tableOf('t', [postgresqlColumn('seen_at', 'integer', 'integer')])
  expect(() => timeColumn(table, { ...emptyProfile, timeColumns: frozenRecord([['t', 'seenat']]) })).toThrow(
    expect.objectContaining({ code: 'COLUMN_NOT_FOUND', hint: 'Did you mean seen_at?', place: { table: 't', column: 'seenat' } }) as Error,
  )
})
