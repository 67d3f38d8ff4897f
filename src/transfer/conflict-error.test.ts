import { expect, test } from 'vitest'
import { conflictError } from './conflict-error.js'
import type { TableTally } from './import-options.js'

const tally = (table: string, conflicting: number, examples: TableTally['examples'] = []): TableTally => ({ table, strategy: 'merge', identity: { rules: [], surrogates: [] }, new: 0, changed: 0, unchanged: 0, kept: 0, deleted: 0, conflicting, rejected: 0, examples })

test('conflicts are told by table, with an example where there is one', () => {
  expect(conflictError([tally('a', 0)], null)).toBeNull()
  const one = conflictError([tally('a', 1, [{ class: 'conflicting', key: 'id=5', columns: [], reason: 'exists' }])], 'conflicts.jsonl')
  expect([one?.place, one?.details, one?.hint]).toEqual([{ table: 'a' }, [expect.stringMatching(/^a: 1 row, id=5: /)], expect.stringContaining('conflicts.jsonl')])
  const several = conflictError([tally('a', 2), tally('b', 3, [{ class: 'conflicting', key: 'id=7', columns: [], reason: null }])], null)
  expect([several?.place, several?.message, several?.details]).toEqual([{}, expect.stringMatching(/^5 rows are/), ['a: 2 rows', 'b: 3 rows, such as id=7']])
})
