import { present } from '../../errors/present.js'
import { observedValues } from '../column-survey.js'
import type { ColumnType } from '../column-type.js'
import type { Column, Schema } from '../schema.js'
import { findColumn, tableFinder } from './find-name.js'
import { surveyOf, type Surveys } from './survey-of.js'

/** Chosen types by table id and column name. */
export type TypeChoices = Map<string, Map<string, ColumnType>>

interface Member {
  readonly table: string
  readonly column: string
  readonly identity: boolean
  /** The first column it refers to. */
  readonly target: Member | null
}

const type = (declared: string, family: 'text' | 'integer' | 'decimal'): ColumnType => Object.freeze({ declared, encoding: { family }, dynamic: false })
const TEXT = type('text', 'text')
const BIGINT = type('bigint', 'integer')
const NUMERIC = type('numeric', 'decimal')

/** Whether a column of type `from` may refer to one of type `to`: PostgreSQL compares them without an explicit cast. */
export function mayRefer(from: ColumnType, to: ColumnType): boolean {
  return comparison(from) === comparison(to) || (comparison(from) === 'integer' && comparison(to) === 'decimal')
}

/**
 * SQLite lets a reference join columns of any two types; PostgreSQL wants them to compare. Columns that references
 * join are brought to one type where the values allow it, and columns of keys and indexes to one that has an order.
 * Changes `choices`.
 */
export function alignReferenceTypes(schema: Schema, surveys: Surveys, choices: TypeChoices): void {
  const chosen = (member: Member): ColumnType => present(choices.get(member.table)?.get(member.column))
  const choose = (member: Member, to: ColumnType): void => void choices.get(member.table)?.set(member.column, to)

  for (const table of schema.tables) {
    const keys = [...(table.primaryKey === null ? [] : [table.primaryKey]), ...table.uniques].flatMap((key) => key.columns)
    const indexed = table.indexes.flatMap((index) => index.parts.flatMap((part) => ('column' in part ? [part.column] : [])))
    for (const name of [...keys, ...indexed]) {
      const column = findColumn(table, name, schema.engine)
      if (column === undefined) continue
      const member = { table: table.id, column: column.name, identity: false, target: null }
      if (hasNoOrder(chosen(member))) choose(member, TEXT)
    }
  }

  for (const group of joinedColumns(schema)) {
    const used = group.filter((member) => holdsValues(surveys, member))
    const deciding = used.length > 0 ? used : group
    const kinds = new Set(deciding.map((member) => comparison(chosen(member))))
    const [first] = deciding
    const agreed = kinds.size === 1 && first !== undefined ? chosen(first) : common(kinds)
    for (const member of group) {
      // Where values of different classes meet, at least a column without values goes with what it refers to.
      const wanted = agreed ?? (member.target === null || holdsValues(surveys, member) ? null : chosen(member.target))
      if (wanted !== null && !member.identity && comparison(chosen(member)) !== comparison(wanted)) choose(member, wanted)
    }
  }
}

function holdsValues(surveys: Surveys, member: Member): boolean {
  const survey = surveyOf(surveys, member.table, member.column)
  return survey !== undefined && observedValues(survey) > 0
}

function common(kinds: ReadonlySet<string>): ColumnType | null {
  const all = [...kinds]
  if (all.every((kind) => kind === 'integer' || kind === 'boolean')) return BIGINT
  if (all.every((kind) => kind === 'integer' || kind === 'boolean' || kind === 'decimal')) return NUMERIC
  return all.every((kind) => !/^(?:integer|boolean|decimal|real|bytes)$/.test(kind)) ? TEXT : null
}

function comparison({ declared, encoding }: ColumnType): string {
  if (encoding.family === 'text') return /^(?:character\(|bpchar)/.test(declared) ? 'character' : 'text'
  return /^(?:integer|boolean|decimal|real|bytes)$/.test(encoding.family) ? encoding.family : declared.replace(/\([^)]*\)/, '')
}

/** Types without a btree: no key and no plain index. */
function hasNoOrder({ declared }: ColumnType): boolean {
  return /^(?:json|xml|point|box|circle|line|lseg|path|polygon|xid|cid|jsonpath)(?:\[\])?$/.test(declared)
}

/** Sets of columns that references join, directly or through others. */
function joinedColumns(schema: Schema): readonly (readonly Member[])[] {
  const members = new Map<string, Member>()
  const parent = new Map<string, string>()
  const root = (key: string): string => {
    let at = key
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const add = (table: string, column: Column, target: Member | null): Member => {
    const key = keyOf(table, column.name)
    const known = members.get(key)
    const member = known === undefined || known.target === null ? { table, column: column.name, identity: column.identity !== null, target } : known
    members.set(key, member)
    if (known === undefined) parent.set(key, key)
    return member
  }
  const find = tableFinder(schema)
  for (const table of schema.tables) {
    for (const reference of table.references) {
      const target = find(reference.table)
      for (const [index, name] of reference.columns.entries()) {
        const from = findColumn(table, name, schema.engine)
        const to = target === undefined ? undefined : findColumn(target, reference.targetColumns[index] ?? '', schema.engine)
        if (from === undefined || to === undefined || target === undefined) continue
        const referred = add(target.id, to, null)
        const referring = add(table.id, from, referred)
        parent.set(root(keyOf(referring.table, referring.column)), root(keyOf(referred.table, referred.column)))
      }
    }
  }
  const groups = new Map<string, Member[]>()
  for (const [key, member] of members) groups.set(root(key), [...(groups.get(root(key)) ?? []), member])
  return [...groups.values()]
}

function keyOf(table: string, column: string): string {
  return JSON.stringify([table, column])
}
