import type { ConfigDocument, ConfigMember, ConfigNode } from './config-document.js'
import { parseColumns } from './parse-columns.js'
import { frozenRecord, type Profile } from './profile.js'

/** `users: [email]` is one rule, `pages: [[project, type], [slug]]` several, in this order. @throws CONFIG_INVALID */
export function parseIdentities(document: ConfigDocument, node: ConfigNode, profile: string): Profile['identities'] {
  const members = document.members(node, `identities of profile ${profile}`)
  return frozenRecord(members.map((member) => [member.name, parseRules(document, member)] as const))
}

function parseRules(document: ConfigDocument, { name, key, value }: ConfigMember): readonly (readonly string[])[] {
  const what = `identities.${name}`
  const items = document.items(value, what)
  if (!items.some((item) => document.isList(item))) return Object.freeze([parseColumns(document, value, what, key)])
  const seen = new Set<string>()
  const rules = items.map((item) => {
    if (!document.isList(item)) {
      throw document.fault(item, `${what} holds both columns and lists of columns`, 'Write [a, b] for one rule of two columns, [[a, b], [c]] for two rules.')
    }
    const columns = parseColumns(document, item, `a rule of ${what}`, item)
    const set = JSON.stringify([...columns].sort())
    if (seen.has(set)) throw document.fault(item, `${what} holds the rule ${columns.join(', ')} twice`)
    seen.add(set)
    return columns
  })
  return Object.freeze(rules)
}
