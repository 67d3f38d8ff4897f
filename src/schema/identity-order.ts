import { connectedComponents } from './connected-components.js'
import type { IdentityRule } from './table-identity.js'

/** A table as far as its identity needs others. */
export interface IdentityNode {
  readonly id: string
  readonly rules: readonly Pick<IdentityRule, 'columns'>[]
  /** Declared by the database or by a profile; `parent` is the id of the table referred to. */
  readonly references: readonly { readonly columns: readonly string[]; readonly parent: string }[]
}

/** Tables whose rows are matched together. */
export interface IdentityGroup {
  /** Ids, sorted. */
  readonly tables: readonly string[]
  /** True when an identity needs rows of the group itself: those that need none are matched first, then those that need these. */
  readonly byLevel: boolean
}

/**
 * The order in which identities need each other: a rule that holds a column of a reference can be compared only once it is
 * known which row here is meant by the row there. Without rules the whole row is the identity, and every reference counts.
 */
export function identityOrder(tables: readonly IdentityNode[]): readonly IdentityGroup[] {
  const nodes = tables.map((table) => ({ id: table.id, targets: neededTables(table) }))
  const selfish = new Set(nodes.filter(({ id, targets }) => targets.includes(id)).map(({ id }) => id))
  return Object.freeze(
    connectedComponents(nodes).map((group) => Object.freeze({ tables: group, byLevel: group.length > 1 || group.some((id) => selfish.has(id)) })),
  )
}

function neededTables({ rules, references }: IdentityNode): readonly string[] {
  const compared = new Set(rules.flatMap(({ columns }) => columns))
  const needed = references.filter(({ columns }) => rules.length === 0 || columns.some((column) => compared.has(column)))
  return needed.map(({ parent }) => parent)
}
