import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnOf, referenceOf, sqliteColumn, tableOf } from '../../test/schema/tables.js'
import { dependencyOrder } from './dependency-order.js'
import type { Table } from './schema.js'
import { sqliteColumnType } from './affinity.js'

const tables = (edges: Readonly<Record<string, readonly string[]>>): Table[] =>
  Object.entries(edges).map(([name, targets]) => tableOf(name, [columnOf('id', sqliteColumnType('INTEGER'))], { references: targets.map((target) => referenceOf(['id'], target, ['id'])) }))
const ids = (order: readonly (readonly Table[])[]): string[][] => order.map((group) => group.map((table) => table.id))

test('what is referred to comes first', () => {
  expect(ids(dependencyOrder(tables({ lines: ['orders', 'articles'], orders: ['users'], users: [], articles: [] })))).toEqual([['articles'], ['users'], ['orders'], ['lines']])
})

test('a cycle is one group, sorted by id, after what it refers to', () => {
  expect(ids(dependencyOrder(tables({ c: ['a'], b: ['c'], a: ['b', 'z'], z: [], d: ['a'] })))).toEqual([['z'], ['a', 'b', 'c'], ['d']])
})

test('a self reference makes no group of several', () => {
  expect(ids(dependencyOrder(tables({ staff: ['staff'] })))).toEqual([['staff']])
})

test('references to tables that are not in the list are ignored', () => {
  expect(ids(dependencyOrder(tables({ a: ['gone'], b: ['a'] })))).toEqual([['a'], ['b']])
})

test('a chain and a ring of 10,000 tables do not overflow the stack', () => {
  const name = (index: number): string => `t${String(index).padStart(5, '0')}`
  const chain = tables(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [name(index), index < 9_999 ? [name(index + 1)] : []])))
  const order = dependencyOrder(chain)
  expect(order[0]?.[0]?.id).toBe(name(9_999))
  expect(order).toHaveLength(10_000)
  const ring = tables(Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [name(index), [name((index + 1) % 10_000)]])))
  expect(dependencyOrder(ring)).toHaveLength(1)
})

const graph = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.tuple(
    fc.constant(size),
    fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 }),
  ),
)

function build(size: number, edges: readonly (readonly [number, number])[]): Table[] {
  return Array.from({ length: size }, (_, index) =>
    tableOf(`t${index}`, [sqliteColumn('id', 'INTEGER')], { references: edges.filter(([from]) => from === index).map(([, to]) => referenceOf(['id'], `t${to}`, ['id'])) }),
  )
}

/** Who reaches whom, by the definition: transitive closure. */
function reachability(size: number, edges: readonly (readonly [number, number])[]): boolean[][] {
  const reach = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => edges.some(([from, to]) => from === i && to === j)))
  for (let k = 0; k < size; k++) for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (reach[i]![k]! && reach[k]![j]!) reach[i]![j] = true
  return reach
}

test('for every graph the groups are the strongly connected components, each table once, and references point back', () => {
  fc.assert(
    fc.property(graph, ([size, edges]) => {
      const order = ids(dependencyOrder(build(size, edges)))
      const reach = reachability(size, edges)
      const group = new Map(order.flatMap((members, index) => members.map((id) => [id, index] as const)))
      expect([...group.keys()].sort()).toEqual(Array.from({ length: size }, (_, index) => `t${index}`))
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const together = i === j || (reach[i]![j]! && reach[j]![i]!)
          expect(group.get(`t${i}`) === group.get(`t${j}`)).toBe(together)
        }
      }
      for (const [from, to] of edges) expect(group.get(`t${to}`)!).toBeLessThanOrEqual(group.get(`t${from}`)!)
    }),
  )
})

test('the order the tables are given in does not matter', () => {
  fc.assert(
    fc.property(graph, fc.integer(), ([size, edges], seed) => {
      const given = build(size, edges)
      const shuffled = fc.sample(fc.shuffledSubarray(given, { minLength: size, maxLength: size }), { numRuns: 1, seed })[0]!
      expect(ids(dependencyOrder(shuffled))).toEqual(ids(dependencyOrder(given)))
    }),
  )
})
