import { identityRules, surrogatesOf, tableNamed, type MergeMatch, type MergeReference, type MergeRow, type MergeSchema, type MergeState, type MergeTable, type MergeValue } from './merge-schema.js'

/** What is to be seen of a value, where two databases may well differ. */
export type ShownAs = (table: MergeTable, column: string, value: MergeValue) => MergeValue

/**
 * The rows of a database by meaning: surrogates dropped, each reference replaced by the identity of the row it leads to. Two
 * databases that say the same under other ids give equal lines; a reference that leads nowhere shows as such.
 */
export function meaning(schema: MergeSchema, state: MergeState, match: MergeMatch = {}, shownAs: ShownAs = (_table, _column, value) => value): Record<string, string[]> {
  const find = finder(schema, state)
  const identity = (table: MergeTable, row: MergeRow, depth: number): unknown => {
    if (depth > 8) return '…'
    const rule = identityRules(table, match).find((each) => each.every((name) => row[name] !== null))
    return cells(table, row, new Set(rule ?? table.columns.map(({ name }) => name)), depth)
  }
  const cells = (table: MergeTable, row: MergeRow, wanted: ReadonlySet<string>, depth: number): Record<string, unknown> => {
    const shown: Record<string, unknown> = {}
    const covered = new Set<string>()
    for (const reference of table.references.filter(({ columns }) => columns.every((name) => wanted.has(name)))) {
      for (const name of reference.columns) covered.add(name)
      const target = tableNamed(schema, reference.table)
      const found = find(reference, row)
      shown[`${reference.columns.join('+')}→`] = found === null ? null : found === undefined ? 'NOWHERE' : { [target.name]: identity(target, found, depth + 1) }
    }
    const dropped = surrogatesOf(table, match)
    for (const { name } of table.columns) if (wanted.has(name) && !covered.has(name) && !dropped.has(name)) shown[name] = shownAs(table, name, row[name] ?? null)
    return shown
  }
  return Object.fromEntries(
    schema.tables.map((table) => {
      const every = new Set(table.columns.map(({ name }) => name))
      return [table.name, (state[table.name] ?? []).map((row) => JSON.stringify(cells(table, row, every, 0))).sort()]
    }),
  )
}

/** The row a reference leads to; null where the reference holds NULL, undefined where it leads nowhere. */
export function finder(schema: MergeSchema, state: MergeState): (reference: MergeReference, row: MergeRow) => MergeRow | null | undefined {
  const indexes = new Map<string, Map<string, MergeRow>>()
  return (reference, row) => {
    const values = reference.columns.map((name) => row[name] ?? null)
    if (values.includes(null)) return null
    const name = JSON.stringify([reference.table, reference.targetColumns])
    let index = indexes.get(name)
    if (index === undefined) {
      index = new Map((state[tableNamed(schema, reference.table).name] ?? []).map((each) => [JSON.stringify(reference.targetColumns.map((column) => each[column])), each]))
      indexes.set(name, index)
    }
    return index.get(JSON.stringify(values))
  }
}
