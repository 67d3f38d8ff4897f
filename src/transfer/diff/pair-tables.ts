import { HoldallError } from '../../errors/holdall-error.js'
import { identifyTable, type Matches } from '../../profiles/identify-table.js'
import { entryOf, type Profile } from '../../profiles/profile.js'
import type { Schema, Table } from '../../schema/schema.js'
import { storedColumns } from '../../schema/stored-columns.js'
import type { TableIdentity } from '../../schema/table-identity.js'
import type { ImportSource } from '../import-source.js'
import { selectTables, type TableChoice } from '../select-tables.js'
import { targetId } from '../target-table.js'
import { linkPairs } from './link-pairs.js'
import type { LinkedPair, PairColumn, Side, TablePair } from './table-pair.js'
import { valueKind } from './value-kind.js'

export interface PairOptions extends TableChoice {
  readonly profile: Profile
  readonly match: Matches
}

export interface Paired {
  readonly pairs: readonly LinkedPair[]
  /** Ids of selected tables that the other side does not have. */
  readonly onlyTables: Readonly<Record<Side, readonly string[]>>
}

/**
 * Finds for every table the one on the other side, as an import would. Tables that are not selected stay where they tell what a
 * reference means.
 * @throws TABLE_NOT_FOUND, SELECTION_EMPTY
 */
export function pairTables(a: ImportSource, b: ImportSource, options: PairOptions): Paired {
  const there = new Map([...b.schema.tables, ...b.stubTables].map((table) => [table.id, table]))
  const found = [...a.schema.tables, ...a.stubTables].map((table) => [table, there.get(targetId(table, a.schema.engine, b.schema.engine))] as const)
  const paired = new Set(found.map(([, table]) => table))
  const chosen = chooser([...a.schema.tables, ...b.schema.tables], options)
  const pairs = found.flatMap(([one, other]) => (other === undefined ? [] : [{ one, other }]))
  const isWhole = ({ schema }: { schema: Schema }, table: Table): boolean => schema.tables.includes(table)
  const result = {
    pairs: linkPairs(
      pairs.map(({ one, other }, number) => {
        const compared = chosen(one, other) && isWhole(a, one) && isWhole(b, other)
        return pairOf(number, { a: one, b: other }, compared ? 'compared' : 'referred', options)
      }),
      options.profile,
    ),
    onlyTables: {
      a: [
        ...found.filter(([table, other]) => (other === undefined || !isWhole(b, other)) && isWhole(a, table) && chosen(table)).map(([{ id }]) => id),
      ],
      b: [
        ...b.schema.tables.filter((table) => !paired.has(table) && chosen(table)).map(({ id }) => id),
        ...pairs.filter(({ one, other }) => !isWhole(a, one) && isWhole(b, other) && chosen(one, other)).map(({ other }) => other.id),
      ],
    },
  }
  if (result.pairs.every(({ role }) => role === 'referred') && result.onlyTables.a.length + result.onlyTables.b.length === 0 && there.size + found.length > 0) {
    throw new HoldallError('SELECTION_EMPTY', { message: 'no table is left after --include and --exclude' })
  }
  return result
}

/** A table may be called differently on both sides; each name will do. */
function chooser(tables: readonly Table[], { include = [], exclude = [], profile }: PairOptions): (...names: readonly Table[]) => boolean {
  const all = [...new Map(tables.map((table) => [table.id, table])).values()]
  const named = (words: readonly string[]): ReadonlySet<string> => new Set(words.length === 0 ? [] : selectTables(all, { include: words }, profile).map(({ id }) => id))
  const [included, excluded] = [named(include), named(exclude)]
  return (...names) => (include.length === 0 || names.some(({ id }) => included.has(id))) && !names.some(({ id }) => excluded.has(id))
}

function pairOf(number: number, { a, b }: Record<Side, Table>, role: TablePair['role'], options: PairOptions): TablePair {
  const { leaveOut } = options.profile
  const out = [...(entryOf(leaveOut, a.id) ?? []), ...(entryOf(leaveOut, b.id) ?? [])]
  const stored = new Map(storedColumns(b).map((column) => [column.name, column]))
  const columns = storedColumns(a).flatMap((column): PairColumn[] => {
    const other = stored.get(column.name)
    return other === undefined || out.includes(column.name) ? [] : [{ name: column.name, a: column, b: other, kind: valueKind(column, other) }]
  })
  const lacking = (own: Table, other: Table): readonly string[] =>
    own.columns.map(({ name }) => name).filter((name) => !out.includes(name) && !other.columns.some((column) => column.name === name))
  return { number, id: a.id, a, b, role, columns, onlyColumns: { a: lacking(a, b), b: lacking(b, a) }, identity: identityOf({ a, b }, columns, options) }
}

/** What is declared counts first, then the keys of B, as in an import of A into B, then those of A. */
function identityOf({ a, b }: Record<Side, Table>, columns: readonly PairColumn[], { profile, match }: PairOptions): TableIdentity {
  const has = (name: string): boolean => columns.some((column) => column.name === name)
  const identities = [b, a].map((table) => {
    const { rules, surrogates } = identifyTable(table, profile, match)
    return { rules: rules.filter((rule) => rule.columns.every(has)), surrogates: surrogates.filter(has) }
  })
  const declared = identities.find(({ rules }) => rules.some(({ origin }) => origin === 'declared'))
  return declared ?? identities.find(({ rules }) => rules.length > 0) ?? identities[0] ?? { rules: [], surrogates: [] }
}
