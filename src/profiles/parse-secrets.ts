import type { ConfigDocument, ConfigMember, ConfigNode } from './config-document.js'
import { frozenRecord, type Profile } from './profile.js'
import type { TableSecrets } from './table-secrets.js'

/** Table to `{ columns: [...], rows: { COLUMN: [VALUE, ...] } }`, or to a list of columns alone. @throws CONFIG_INVALID */
export function parseSecrets(document: ConfigDocument, node: ConfigNode, profile: string): Profile['secrets'] {
  const members = document.members(node, `secrets of profile ${profile}`)
  return frozenRecord(members.map((member) => [member.name, parseTable(document, member)] as const))
}

function parseTable(document: ConfigDocument, { name, key, value }: ConfigMember): TableSecrets {
  const what = `secrets.${name}`
  const { columns = null, rows = null } = document.isList(value) ? { columns: value } : document.known(value, what, ['columns', 'rows'])
  const secrets = {
    columns: document.texts(columns, `columns of ${what}`),
    rows: Object.freeze(document.members(rows, `rows of ${what}`).map((member) => Object.freeze({ column: member.name, values: valuesOf(document, member, what) }))),
  }
  if (secrets.columns.length + secrets.rows.length === 0) throw document.fault(value ?? key, `${what} names neither columns nor rows`)
  return Object.freeze(secrets)
}

function valuesOf(document: ConfigDocument, { name, key, value }: ConfigMember, what: string): readonly string[] {
  const values = document.texts(value, `rows.${name} of ${what}`)
  if (values.length === 0) throw document.fault(value ?? key, `rows.${name} of ${what} names no value`)
  return values
}
