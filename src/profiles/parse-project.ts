import type { ConfigDocument, ConfigMember, ConfigNode } from './config-document.js'
import { frozenRecord, type Profile } from './profile.js'
import type { ProjectPath } from '../schema/project-path.js'

/** Table to a list of ways to a project: a column, or `{ column, table, targetColumn?, by }` with `by` a way on from there. @throws CONFIG_INVALID */
export function parseProject(document: ConfigDocument, node: ConfigNode, profile: string): Profile['project'] {
  const members = document.members(node, `project of profile ${profile}`)
  return frozenRecord(members.map((member) => [member.name, parsePaths(document, member)] as const))
}

function parsePaths(document: ConfigDocument, { name, key, value }: ConfigMember): readonly ProjectPath[] {
  const what = `project.${name}`
  const items = document.items(value, what)
  if (items.length === 0) throw document.fault(value ?? key, `${what} names no way to a project`, 'Name the column that holds the id of the project.')
  return Object.freeze(items.map((item) => parsePath(document, item, `an entry of ${what}`, key)))
}

function parsePath(document: ConfigDocument, node: ConfigNode, what: string, place: ConfigNode): ProjectPath {
  if (document.isText(node)) return Object.freeze({ kind: 'column', column: document.text(node, what) })
  const entry = document.known(node, what, ['column', 'table', 'targetColumn', 'by'])
  const text = (name: 'column' | 'table'): string => {
    const value = entry[name] ?? null
    if (value === null) throw document.fault(node ?? place, `${what} has no ${name}`)
    return document.text(value, `${name} of ${what}`)
  }
  const { by = null, targetColumn = null } = entry
  if (by === null) throw document.fault(node ?? place, `${what} has no by`, 'Name the column of the other table that holds the id of the project.')
  return Object.freeze({
    kind: 'through',
    column: text('column'),
    table: text('table'),
    targetColumn: targetColumn === null ? null : document.text(targetColumn, `targetColumn of ${what}`),
    then: parsePath(document, by, `by of ${what}`, node),
  })
}
