import { inferIdentity, type DeclaredIdentity } from '../schema/infer-identity.js'
import type { Table } from '../schema/schema.js'
import type { TableIdentity } from '../schema/table-identity.js'
import { entryOf, type Profile } from './profile.js'

/** What --match says: table id to column lists by which its rows are the same rows in another database, in order. */
export type Matches = Readonly<Record<string, readonly (readonly string[])[]>>

/** The identity of a table: what --match says of it, else what the profile says, else what its keys tell. */
export function identifyTable(table: Table, profile: Profile, match: Matches = {}): TableIdentity {
  return inferIdentity(table, { declared: declared(table.id, profile, match), references: entryOf(profile.references, table.id) ?? [] })
}

function declared(id: string, profile: Profile, match: Matches): DeclaredIdentity | undefined {
  const given = entryOf(match, id)
  if (given !== undefined) return { rules: given, by: '--match' }
  const by = profile.name === null ? 'the profile' : `profile ${profile.name}`
  const rules = entryOf(profile.identities, id)
  if (rules !== undefined) return { rules, by }
  const alike = entryOf(profile.alike, id)
  return alike === undefined ? undefined : { rules: [alike], by, alike: true }
}
