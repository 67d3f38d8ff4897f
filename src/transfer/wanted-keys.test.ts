import { expect, test } from 'vitest'
import { wantedKeys } from './wanted-keys.js'

test.each([[1 << 20], [3000], [0]])('keys come once and in their order, set by set, as they were, with %i bytes of memory', (memory) => {
  const wanted = wantedKeys(memory)
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 50; n += 1) wanted.add(n % 2, [String(n), `"${'long '.repeat(n)}"`])
  }
  wanted.add(7, ['"a"'])
  const first = wanted.after(0, 0, 10)
  expect(first.map(({ cells }) => cells[0])).toEqual(['0', '2', '4', '6', '8', '10', '12', '14', '16', '18'])
  const rest = wanted.after(0, first.at(-1)!.seq, 100)
  expect(rest).toHaveLength(15)
  expect(rest.at(-1)).toEqual({ seq: wanted.last(0), cells: ['48', `"${'long '.repeat(48)}"`] })
  wanted.add(0, ['99', 'null'])
  expect(wanted.after(0, rest.at(-1)!.seq, 100).map(({ cells }) => cells)).toEqual([['99', 'null']])
  expect(wanted.after(7, 0, 5).map(({ cells }) => cells)).toEqual([['"a"']])
  expect([wanted.after(3, 0, 5), wanted.last(3)]).toEqual([[], 0])
  wanted.close()
})
