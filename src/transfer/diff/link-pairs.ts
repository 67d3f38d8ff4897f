import { present } from '../../errors/present.js'
import { entryOf, type Profile } from '../../profiles/profile.js'
import type { Table } from '../../schema/schema.js'
import type { LinkedPair, PairReference, TablePair } from './table-pair.js'

/**
 * Gives every pair the references by which its columns count as what they lead to, and leaves out the pairs that are neither
 * compared nor needed for that. A value that is the same in every database needs no such reference.
 */
export function linkPairs(pairs: readonly TablePair[], profile: Profile): readonly LinkedPair[] {
  const all = new Map(pairs.map((pair) => [pair.number, { pair, references: declaredReferences(pair, pairs, profile) }]))
  const referencesOf = (number: number): readonly PairReference[] => present(all.get(number)).references
  for (let before = -1, now = 0; before !== now; ) {
    before = now
    for (const { references } of all.values()) {
      for (const reference of [...references]) for (const other of referencesOf(reference.parent)) addImplied(references, reference, other)
    }
    now = [...all.values()].reduce((sum, { references }) => sum + references.length, 0)
  }
  const needed = new Set<number>()
  const need = (number: number): void => {
    if (needed.has(number)) return
    needed.add(number)
    for (const { parent, named } of referencesOf(number)) if (named.length > 0) need(parent)
  }
  for (const { number, role } of pairs) if (role === 'compared') need(number)
  return pairs.filter(({ number }) => needed.has(number)).map((pair) => ({ ...pair, references: referencesOf(pair.number).filter(({ named }) => named.length > 0) }))
}

/** Of both sides and of the profile, as far as both ends are there. */
function declaredReferences(pair: TablePair, pairs: readonly TablePair[], profile: Profile): PairReference[] {
  const found: PairReference[] = []
  const add = (parent: TablePair | undefined, reference: Omit<PairReference, 'parent' | 'named'>): void => {
    if (parent === undefined || reference.parentColumns.length === 0) return
    const has = ({ columns }: TablePair, names: readonly string[]): boolean => names.every((name) => columns.some((column) => column.name === name))
    const told = reference.when === null ? [] : [reference.when.column]
    if (!has(pair, [...reference.columns, ...told]) || !has(parent, reference.parentColumns)) return
    const named = reference.columns.filter((_, index) => parent.identity.surrogates.includes(present(reference.parentColumns[index])))
    addReference(found, { ...reference, parent: parent.number, named })
  }
  for (const side of ['b', 'a'] as const) {
    for (const { columns, table, targetColumns } of pair[side].references) {
      add(pairs.find((each) => each[side].id === table), { columns, parentColumns: targetColumns, place: { kind: 'columns' }, when: null })
    }
  }
  const byProfile = entryOf(profile.references, pair.b.id) ?? entryOf(profile.references, pair.a.id) ?? []
  for (const { columns, table, targetColumns, place, when } of byProfile) {
    const parent = pairs.find(({ b }) => b.id === table) ?? pairs.find(({ a }) => a.id === table)
    const key = (each: Table | undefined): readonly string[] => each?.primaryKey?.columns ?? []
    add(parent, { columns, parentColumns: targetColumns.length > 0 ? targetColumns : key(key(parent?.b).length > 0 ? parent?.b : parent?.a), place, when })
  }
  return found
}

/** A column that refers to a column that itself refers leads to the same row as that one: the tenant of a (tenant, user). */
function addImplied(references: PairReference[], reference: PairReference, other: PairReference): void {
  if (other.place.kind !== 'columns' || other.when !== null) return
  const mapped = (names: readonly string[]): string[] => names.flatMap((name) => reference.columns[reference.parentColumns.indexOf(name)] ?? [])
  const columns = mapped(other.columns)
  if (columns.length !== other.columns.length) return
  const named = mapped(other.named).filter((name) => !reference.named.includes(name))
  if (named.length === 0 || (reference.place.kind !== 'columns' && columns.length !== 1)) return
  addReference(references, { columns, parent: other.parent, parentColumns: other.parentColumns, place: reference.place, when: reference.when, named })
}

function addReference(references: PairReference[], added: PairReference): void {
  const text = ({ columns, parent, parentColumns, place, when }: PairReference): string => JSON.stringify([columns, parent, parentColumns, place, when])
  if (!references.some((reference) => text(reference) === text(added))) references.push(added)
}
