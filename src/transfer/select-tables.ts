import { HoldallError } from '../errors/holdall-error.js'
import type { Profile } from '../profiles/profile.js'
import { matchGlob } from '../schema/match-glob.js'
import { nearHint } from '../schema/near-hint.js'
import type { Table } from '../schema/schema.js'

export interface TableChoice {
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
}

/**
 * The tables that --include and --exclude leave, in the order given. A word is a group of the profile, a table, or a
 * pattern with `*` and `?`; one that names nothing is an error, so that a typing mistake cannot become a missing table.
 * @throws TABLE_NOT_FOUND, SELECTION_EMPTY
 */
export function selectTables(tables: readonly Table[], choice: TableChoice, profile: Profile): readonly Table[] {
  const included = choice.include === undefined || choice.include.length === 0 ? null : named(choice.include, tables, profile)
  const excluded = named(choice.exclude ?? [], tables, profile)
  const chosen = tables.filter(({ id }) => (included === null || included.has(id)) && !excluded.has(id))
  if (chosen.length === 0 && tables.length > 0) {
    throw new HoldallError('SELECTION_EMPTY', { message: 'no table is left after --include and --exclude' })
  }
  return chosen
}

/** The one table of that name among those selected. @throws TABLE_NOT_FOUND */
export function findTable(tables: readonly Table[], name: string): Table {
  const table = tables.find(({ id }) => id === name)
  if (table !== undefined) return table
  const error = notFound(name, tables, {})
  throw new HoldallError('TABLE_NOT_FOUND', { message: `the tables to export hold none named ${name}`, hint: error.hint })
}

function named(words: readonly string[], tables: readonly Table[], profile: Profile): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const word of words) {
    const patterns = profile.groups[word] ?? [word]
    const found = tables.filter(({ id }) => patterns.some((pattern) => pattern === id || matchGlob(pattern, id)))
    if (found.length === 0) throw notFound(word, tables, profile.groups)
    for (const { id } of found) ids.add(id)
  }
  return ids
}

function notFound(word: string, tables: readonly Table[], groups: Readonly<Record<string, unknown>>): HoldallError {
  return new HoldallError('TABLE_NOT_FOUND', {
    message: `no table or group is named ${word}`,
    details: [listed('groups', Object.keys(groups)), listed('tables', tables.map(({ id }) => id))].filter((line) => line !== ''),
    ...nearHint(word, [...tables.map(({ id }) => id), ...Object.keys(groups)]),
  })
}

/** Names to choose from. */
const MOST = 50

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${what}: ${names.slice(0, MOST).join(', ')}${names.length > MOST ? `, and ${names.length - MOST} more` : ''}`
}
