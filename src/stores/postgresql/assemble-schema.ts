import { present } from '../../errors/present.js'
import type { Column, Identity, LeftOut, Sequence, Table } from '../../schema/schema.js'
import type { TableConstraints } from './introspect-constraints.js'
import type { TableIndexes } from './introspect-indexes.js'
import type { Attribute, Relation } from './introspect-relations.js'
import type { SequenceRow } from './introspect-sequences.js'
import { typeEncoding, type TypeCatalogue } from './type-encoding.js'

interface TableParts {
  readonly relation: Relation
  readonly types: TypeCatalogue
  readonly sequences: readonly SequenceRow[]
  readonly constraints: TableConstraints
  readonly indexes: TableIndexes
}

/** One table of the schema out of what the catalogue says about it. */
export function assembleTable(parts: TableParts): { readonly table: Table; readonly leftOut: readonly LeftOut[] } {
  const { relation, types, constraints, indexes } = parts
  const sequences = new Map(parts.sequences.map((sequence) => [sequence.oid, sequence.id]))
  const columns = [...relation.attributes.values()].map((attribute) => assembleColumn(attribute, types, sequences, constraints.notYetNotNull.has(attribute.number)))
  const table: Table = {
    id: relation.id,
    namespace: relation.namespace,
    name: relation.name,
    traits: [...(relation.partitionedBy === null ? [] : (['partitioned'] as const)), ...(relation.unlogged ? (['unlogged'] as const) : [])],
    columns,
    primaryKey: constraints.primaryKey,
    uniques: [...constraints.uniques, ...indexes.keys],
    references: constraints.references,
    checks: constraints.checks,
    indexes: indexes.indexes,
    ddl: null,
  }
  return { table, leftOut: [...layout(relation), ...constraints.leftOut, ...indexes.leftOut] }
}

function layout(relation: Relation): readonly LeftOut[] {
  const found: LeftOut[] = []
  if (relation.partitionedBy !== null) found.push({ kind: 'partition layout', name: relation.id, reason: `its rows are carried as one table; PARTITION BY ${relation.partitionedBy}, ${relation.partitions} partitions` })
  if (relation.parents.length > 0) found.push({ kind: 'inheritance', name: relation.id, reason: `its own rows are carried; it inherits from ${relation.parents.join(', ')}` })
  return found
}

function assembleColumn(attribute: Attribute, types: TypeCatalogue, sequences: ReadonlyMap<string, string>, mayBeNull: boolean): Column {
  const identity = identityOf(attribute, sequences)
  return {
    name: attribute.name,
    type: { declared: attribute.declared, encoding: typeEncoding(attribute.type, types), dynamic: false },
    nullable: !attribute.notNull || mayBeNull,
    default: attribute.generated !== '' || identity !== null ? null : attribute.expression,
    identity,
    generated: attribute.generated === '' ? null : { expression: present(attribute.expression), stored: attribute.generated === 's' },
    collation: attribute.collation,
  }
}

/** The whole default is one nextval() of a constant; anything around it (`'x' || nextval(…)`) stays a default. */
const WHOLE_NEXTVAL = /^nextval\('(?:[^']|'')*'::regclass\)$/

function identityOf(attribute: Attribute, sequences: ReadonlyMap<string, string>): Identity | null {
  const sequence = attribute.sequence === null ? undefined : sequences.get(attribute.sequence)
  if (sequence === undefined) return null
  if (attribute.identity === 'a') return { kind: 'always', sequence }
  if (attribute.identity === 'd') return { kind: 'by-default', sequence }
  return attribute.generated === '' && attribute.expression !== null && WHOLE_NEXTVAL.test(attribute.expression) ? { kind: 'serial', sequence } : null
}

/** Every sequence, with the column it feeds: its owner, else the first column whose values come from it. */
export function assembleSequences(rows: readonly SequenceRow[], relations: ReadonlyMap<string, Relation>, tables: readonly Table[]): readonly Sequence[] {
  const fed = new Map<string, { readonly table: string; readonly column: string }>()
  for (const table of tables) {
    for (const column of table.columns) {
      const identity = column.identity
      if (identity !== null && identity.kind !== 'rowid' && !fed.has(identity.sequence)) fed.set(identity.sequence, { table: table.id, column: column.name })
    }
  }
  const sequences = rows.map(({ owner, oid: _oid, readable: _readable, ...row }): Sequence => {
    const table = owner === null ? undefined : relations.get(owner.table)
    const column = owner === null ? undefined : table?.attributes.get(owner.column)
    return { ...row, ownedBy: table !== undefined && column !== undefined ? { table: table.id, column: column.name } : (fed.get(row.id) ?? null) }
  })
  return sequences.sort((a, b) => (a.id < b.id ? -1 : 1))
}
