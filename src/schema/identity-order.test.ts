import { expect, test } from 'vitest'
import { identityOrder, type IdentityNode } from './identity-order.js'

const node = (id: string, rules: readonly (readonly string[])[], references: Readonly<Record<string, string>> = {}): IdentityNode => ({
  id,
  rules: rules.map((columns) => ({ columns })),
  references: Object.entries(references).map(([columns, parent]) => ({ columns: columns.split(','), parent })),
})
const order = (...nodes: readonly IdentityNode[]): string[] => identityOrder(nodes).map(({ tables, byLevel }) => `${tables.join(' ')}${byLevel ? ' by level' : ''}`)

test('a rule that holds a reference needs the table referred to first', () => {
  expect(order(node('junction', [['user_id', 'tag_id']], { user_id: 'users', tag_id: 'tags' }), node('users', [['email']]), node('tags', [['name']]))).toEqual(['tags', 'users', 'junction'])
})

test('a reference outside of the rules needs nothing, so that cycles of references mostly are none of identities', () => {
  expect(order(node('images', [['url']], { owner_id: 'users' }), node('users', [['email']], { image_id: 'images' }))).toEqual(['images', 'users'])
})

test('every rule counts, and one column of a reference of several is enough', () => {
  expect(order(node('a', [['name'], ['x']], { 'x,y': 'b' }), node('b', [['id']]))).toEqual(['b', 'a'])
})

test('a table that is compared as a whole needs all it refers to', () => {
  expect(order(node('a_log', [], { user_id: 'users' }), node('users', [['email']]))).toEqual(['users', 'a_log'])
})

test('a self reference in a rule is matched level by level, one outside is not', () => {
  expect(order(node('folders', [['parent_id', 'name']], { parent_id: 'folders' }), node('staff', [['email']], { boss_id: 'staff' }))).toEqual(['folders by level', 'staff'])
})

test('identities that need each other are one group', () => {
  expect(order(node('z', [['y_id']], { y_id: 'y' }), node('y', [['z_id']], { z_id: 'z' }), node('after', [['z_id']], { z_id: 'z' }))).toEqual(['y z by level', 'after'])
})

test('references to tables that take no part are ignored', () => {
  expect(order(node('a', [['gone_id']], { gone_id: 'gone' }))).toEqual(['a'])
})
