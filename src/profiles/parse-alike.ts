import type { ConfigDocument, ConfigNode } from './config-document.js'
import { parseColumns } from './parse-columns.js'
import { frozenRecord, type Profile } from './profile.js'

/** Table to the columns in which rows are alike. @throws CONFIG_INVALID */
export function parseAlike(document: ConfigDocument, node: ConfigNode, identities: ConfigNode, profile: string): Profile['alike'] {
  const identified = new Set(document.members(identities, `identities of profile ${profile}`).map(({ name }) => name))
  return frozenRecord(
    document.members(node, `alike of profile ${profile}`).map(({ name, key, value }) => {
      if (identified.has(name)) throw document.fault(key, `${name} stands in both alike and identities`, 'An identity is of one row; rows that are alike are told apart by their number alone.')
      return [name, parseColumns(document, value, `alike.${name}`, key)] as const
    }),
  )
}
