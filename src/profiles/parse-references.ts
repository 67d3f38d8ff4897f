import type { DeclaredReference, ReferencePlace } from '../schema/declared-reference.js'
import type { ConfigDocument, ConfigMember, ConfigNode } from './config-document.js'
import { parseColumns } from './parse-columns.js'
import { frozenRecord, type Profile } from './profile.js'

const KEYS = ['columns', 'table', 'targetColumns', 'when', 'inside', 'list', 'optional'] as const
type Entry = Partial<Record<(typeof KEYS)[number], ConfigNode>>

/** Table to a list of `{ columns, table, targetColumns?, when?, inside? or list?, optional? }`. @throws CONFIG_INVALID */
export function parseReferences(document: ConfigDocument, node: ConfigNode, profile: string): Profile['references'] {
  const members = document.members(node, `references of profile ${profile}`)
  return frozenRecord(members.map((member) => [member.name, parseList(document, member)] as const))
}

function parseList(document: ConfigDocument, { name, key, value }: ConfigMember): readonly DeclaredReference[] {
  const what = `references.${name}`
  const items = document.items(value, what)
  if (items.length === 0) throw document.fault(value ?? key, `${what} names no reference`)
  const seen = new Set<string>()
  const references = items.map((item) => {
    const reference = parseReference(document, item, what)
    // One value cannot mean two rows; with `when` it means now this, now that.
    const place = JSON.stringify([reference.columns, reference.place, reference.when])
    if (seen.has(place)) throw document.fault(item, `${what} says twice what ${reference.columns.join(', ')} refers to`)
    seen.add(place)
    return reference
  })
  return Object.freeze(references)
}

function parseReference(document: ConfigDocument, item: ConfigNode, of: string): DeclaredReference {
  const what = `an entry of ${of}`
  const entry: Entry = document.known(item, what, KEYS)
  if (entry.columns === undefined) throw document.fault(item, `${what} has no columns`)
  if (entry.table === undefined || entry.table === null) throw document.fault(item, `${what} has no table`, 'Name the table referred to.')
  const columns = parseColumns(document, entry.columns, `columns of ${what}`, item)
  const targetColumns = entry.targetColumns === undefined ? [] : parseColumns(document, entry.targetColumns, `targetColumns of ${what}`, item)
  if (targetColumns.length > 0 && targetColumns.length !== columns.length) {
    throw document.fault(entry.targetColumns ?? item, `targetColumns of ${what} are ${targetColumns.length}, its columns ${columns.length}`)
  }
  const place = parsePlace(document, entry, what, item)
  if (place.kind !== 'columns' && columns.length !== 1) {
    throw document.fault(entry.columns ?? item, `${what} with ${place.kind} has ${columns.length} columns; the keys stand inside of one`)
  }
  const when = entry.when === undefined ? null : parseWhen(document, entry.when, what, item)
  if (when !== null && columns.includes(when.column)) throw document.fault(entry.when ?? item, `when of ${what} names ${when.column}, which is the column that refers`)
  return Object.freeze({ columns, table: document.text(entry.table, `table of ${what}`), targetColumns: Object.freeze(targetColumns), place, when, ...(isOptional(document, entry.optional ?? null, what) ? { optional: true } : {}) })
}

function isOptional(document: ConfigDocument, node: ConfigNode, what: string): boolean {
  return node !== null && document.yesOrNo(node, `optional of ${what}`)
}

function parsePlace(document: ConfigDocument, { inside, list }: Entry, what: string, item: ConfigNode): ReferencePlace {
  if (inside !== undefined && list !== undefined) throw document.fault(item, `${what} has both inside and list`)
  if (inside !== undefined) return Object.freeze({ kind: 'inside', path: parsePath(document, inside, `inside of ${what}`, item) })
  if (list !== undefined) {
    if (list === null) throw document.fault(item, `list of ${what} names no separator`, "Write list: ','.")
    return Object.freeze({ kind: 'list', separator: document.text(list, `list of ${what}`) })
  }
  return Object.freeze({ kind: 'columns' })
}

/** `team.members.*.id`, or a list for names that hold dots. */
function parsePath(document: ConfigDocument, node: ConfigNode, what: string, item: ConfigNode): readonly string[] {
  const path = document.isText(node) ? document.text(node, what).split('.') : document.texts(node, what)
  if (path.length === 0 || path.includes('')) {
    throw document.fault(node ?? item, `${what} is no path`, "Write inside: '*' for an array of keys, or team.members.*.id; a list where names hold dots.")
  }
  return Object.freeze(path)
}

function parseWhen(document: ConfigDocument, node: ConfigNode, what: string, item: ConfigNode): NonNullable<DeclaredReference['when']> {
  const members = document.members(node, `when of ${what}`)
  const [member] = members
  if (member === undefined || members.length > 1) {
    throw document.fault(node ?? item, `when of ${what} names ${members.length} columns instead of one`, 'Write when: { COLUMN: VALUE }.')
  }
  if (member.value === null) throw document.fault(member.key, `when of ${what} has no value for ${member.name}`)
  return Object.freeze({ column: member.name, value: document.text(member.value, `the value of ${member.name} in when of ${what}`) })
}
