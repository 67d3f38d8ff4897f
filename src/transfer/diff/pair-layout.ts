import { ident, join, sql, type Sql } from '../../stores/sql.js'
import type { LinkedPair, PairColumn, PairReference } from './table-pair.js'

/**
 * The temporary table of a pair: the rows of both sides, as far as they are compared. Columns:
 * `n` of the row; `side` 0 or 1; `stub`; `k…` what its identity holds; `t…` its keys as others refer to them;
 * for every reference `r…` the key it holds, `p…` the row that has it, `m…` what that row means;
 * `v…` values that count as what they lead to, `x…` and `w…` of those that hold keys inside: all else, and what the keys mean;
 * `rest` the values of all other columns; `mate` the row of the other side that it is; `meaning` one number for rows that are one;
 * `doubt` 1 where several rows have its identity, 2 where it has none; `round` in which its meaning was found.
 */
export interface PairLayout {
  readonly pair: LinkedPair
  readonly table: Sql
  /** Keys that stand inside values of this table: `n` of the row, `value` (index into `valued`), `link` (index into `inner`), `seq`, `r`, `p`, `m`. */
  readonly elements: Sql
  /** Columns of the rules: `k0`, `k1`, … */
  readonly keys: readonly PairColumn[]
  /** References whose columns are the key: `r0`, `p0`, `m0`, … */
  readonly links: readonly PairReference[]
  readonly inner: readonly PairReference[]
  /** Column lists that references of others lead to: `t0`, `t1`, … */
  readonly targets: readonly (readonly PairColumn[])[]
  /** Compared columns that count as what they lead to: `v0`, `x0`, `w0`, … */
  readonly valued: readonly PairColumn[]
  /** Compared columns that count as what they hold, in the order of `rest`. */
  readonly plain: readonly PairColumn[]
}

export const slot = (letter: string, index: number): Sql => ident(`${letter}${index}`)

export function pairLayouts(pairs: readonly LinkedPair[]): ReadonlyMap<number, PairLayout> {
  return new Map(pairs.map((pair) => [pair.number, layoutOf(pair, pairs)]))
}

function layoutOf(pair: LinkedPair, pairs: readonly LinkedPair[]): PairLayout {
  const { number, columns, identity, references } = pair
  const byName = (names: readonly string[]): PairColumn[] => names.flatMap((name) => columns.filter((column) => column.name === name))
  const targets = new Map(pairs.flatMap((each) => each.references.filter(({ parent }) => parent === number).map(({ parentColumns }) => [JSON.stringify(parentColumns), byName(parentColumns)])))
  const named = new Set(references.flatMap((reference) => reference.named))
  const compared = columns.filter(({ name }) => !identity.surrogates.includes(name) || named.has(name))
  return {
    pair,
    table: ident(`t${number}`),
    elements: ident(`e${number}`),
    keys: byName([...new Set(identity.rules.flatMap((rule) => rule.columns))]),
    // A single column says more of itself than a composite key that shares it.
    links: references.filter(({ place }) => place.kind === 'columns').toSorted((one, other) => one.columns.length - other.columns.length),
    inner: references.filter(({ place }) => place.kind !== 'columns'),
    targets: [...targets.values()],
    valued: compared.filter(({ name }) => named.has(name)),
    plain: compared.filter(({ name }) => !named.has(name)),
  }
}

export function createStatement({ table, elements, keys, links, targets, valued, inner }: PairLayout): Sql {
  const texts = [
    ...keys.map((_, index) => slot('k', index)),
    ...targets.map((_, index) => slot('t', index)),
    ...links.map((_, index) => slot('r', index)),
    ...valued.flatMap((_, index) => [slot('v', index), slot('x', index), slot('w', index)]),
  ]
  const numbers = links.flatMap((_, index) => [slot('p', index), slot('m', index)])
  const own = sql`CREATE TABLE ${table} (n INTEGER PRIMARY KEY, side INTEGER NOT NULL, stub INTEGER NOT NULL, mate INTEGER, meaning INTEGER, doubt INTEGER NOT NULL DEFAULT 0, round INTEGER, known INTEGER,
    ${join([...texts.map((name) => sql`${name} TEXT, `), ...numbers.map((name) => sql`${name} INTEGER, `)], '')} rest TEXT NOT NULL)`
  return inner.length === 0 ? own : sql`${own}; CREATE TABLE ${elements} (n INTEGER, value INTEGER, link INTEGER, seq INTEGER, r TEXT, p INTEGER, m INTEGER)`
}

/** What a column counts as: the row that the first reference leads to which leads somewhere, else what `otherwise` says. */
export function meaningOf({ links }: PairLayout, name: string, row: Sql, otherwise: Sql): Sql {
  const ways = links.flatMap(({ named, parent }, index) => (named.includes(name) ? [sql`WHEN ${row}.${slot('p', index)} IS NOT NULL THEN '${parent}:' || coalesce(${row}.${slot('m', index)}, '?')`] : []))
  return ways.length === 0 ? otherwise : sql`CASE ${join(ways, ' ')} ELSE ${otherwise} END`
}
