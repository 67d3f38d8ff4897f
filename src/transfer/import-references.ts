import type { Profile } from '../profiles/profile.js'
import type { Schema, Table } from '../schema/schema.js'
import type { ImportReference, ImportTable } from '../stores/import-table.js'
import { targetId } from './target-table.js'

/**
 * Gives every table its references to other tables of the import: those of the target, those that only the archive's schema
 * declares, and those of the profile. Tables that are only referred to stay where somebody refers to them, directly or
 * through the identity of another, and where their keys may differ from the archive's.
 */
export function importReferences(tables: readonly ImportTable[], sides: { readonly from: Schema; readonly target: Schema; readonly profile: Profile }): readonly ImportTable[] {
  const byId = new Map(tables.map((table) => [table.target.id, table]))
  const linked = new Map(tables.map((table) => [table.target.id, { ...table, references: referencesOf(table, byId, sides) }]))
  const needed = new Set<string>()
  const need = (table: ImportTable): void => {
    for (const { parent } of table.references) {
      const other = linked.get(parent)
      if (other === undefined || other.role === 'written' || needed.has(parent)) continue
      needed.add(parent)
      need(other)
    }
  }
  for (const table of linked.values()) if (table.role === 'written') need(table)
  const kept = [...linked.values()].filter(({ role, target }) => role === 'written' || needed.has(target.id))
  const ids = new Set(kept.map(({ target }) => target.id))
  return kept.map((table) => ({ ...table, references: table.references.filter(({ parent }) => ids.has(parent)) }))
}

function referencesOf(table: ImportTable, tables: ReadonlyMap<string, ImportTable>, { from, target, profile }: { readonly from: Schema; readonly target: Schema; readonly profile: Profile }): readonly ImportReference[] {
  const found: ImportReference[] = []
  const has = (owner: ImportTable | undefined, names: readonly string[]): boolean => owner !== undefined && names.every((name) => owner.columns.some((column) => column.target.name === name))
  const add = (reference: ImportReference): void => {
    const there = found.some((other) => JSON.stringify([other.parent, other.columns, other.place, other.when]) === JSON.stringify([reference.parent, reference.columns, reference.place, reference.when]))
    const parent = tables.get(reference.parent)
    const told = reference.when === null ? [] : [reference.when.column]
    if (!there && has(table, [...reference.columns, ...told]) && has(parent, reference.parentColumns)) found.push(reference)
  }
  const declared = (references: Table['references'], idOf: (id: string) => string): void => {
    for (const { name, columns, table: parent, targetColumns } of references) {
      add({ columns, parent: idOf(parent), parentColumns: targetColumns, place: { kind: 'columns' }, when: null, name: name ?? columns.join('_') })
    }
  }
  declared(table.target.references, (id) => id)
  const sources = new Map(from.tables.map((source) => [source.id, source]))
  declared(table.source.references, (id) => targetId(sources.get(id) ?? { id, namespace: null, name: id }, from.engine, target.engine))
  for (const { columns, table: parent, targetColumns, place, when, optional } of profile.references[table.target.id] ?? []) {
    const named = tables.get(parent)
    // A table made just now has no key yet.
    const key = targetColumns.length > 0 ? targetColumns : ((named?.target.primaryKey ?? named?.source.primaryKey)?.columns ?? [])
    if (key.length > 0) add({ columns, parent, parentColumns: key, place, when, name: null, ...(optional === true ? { optional } : {}) })
  }
  return found
}
