import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RowBatch } from '../rows/row-batch.js'
import { pickRows } from './pick-rows.js'

test('rows are picked by their numbers, byte for byte, however they are cut into batches', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.string({ maxLength: 5 }), { maxLength: 6 }), { maxLength: 8 }), fc.func(fc.boolean()), async (cut, wanted) => {
      const batches = cut.map((rows) => rows.map((value) => `${JSON.stringify({ value })}\n`))
      const all = batches.flat()
      const numbers = all.flatMap((_, index) => (wanted(index) ? [index + 1] : []))
      const source = async function* (): AsyncGenerator<RowBatch> {
        for (const rows of batches) yield { bytes: Buffer.from(rows.join('')), rows: rows.length }
      }
      const picked: RowBatch[] = []
      for await (const batch of pickRows(source(), numbers)) picked.push(batch)
      expect(Buffer.concat(picked.map(({ bytes }) => bytes)).toString()).toBe(numbers.map((number) => all[number - 1]).join(''))
      expect(picked.reduce((sum, { rows }) => sum + rows, 0)).toBe(numbers.length)
    }),
  )
})
