import { ident, join, sql, verbatim, type Sql } from '../sql.js'
import { all, any, locatorNames, locatorOf, M, S, T } from './aliases.js'
import { marked, type Copying } from './copying.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { keyOf, refersTo, type ParentLink } from './parent-links.js'
import { comparedColumns } from './same-row.js'
import { isLinked, sameBesidesLinks, type Pairing } from './pairing.js'

/**
 * Adds pairs of rows that are not paired with what may be their copies: rows of the target that no row of the archive is, equal in all
 * but the copy's own numbers, its marks, and references within the group, which `dropUnlike` looks at. `done`: tables that have them.
 */
export async function addCandidates(state: MergeState, pairing: Pairing, done: readonly Pairing[]): Promise<void> {
  const { copying, links, rows, pairs } = pairing
  const { table, plan, matches } = copying
  const matched = sql`EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${M}.ordinal = ${S}.${table.ordinal})`
  const unpaired = sql`NOT EXISTS (SELECT 1 FROM ${pairs} q WHERE q.ordinal = ${S}.${table.ordinal})`
  const fresh = new Set(plan.fresh.map(({ column }) => column))
  const inGroup = new Set(links.flatMap(({ reference }) => reference.columns))
  const compared = comparedColumns(table)
  const differs = await somewhere(state, pairing, all([matched, unpaired]))
  if (differs !== null) {
    const find = await finder(state, pairing, { known: compared.filter((name) => !fresh.has(name) && !inGroup.has(name)), rest: compared.filter((name) => !fresh.has(name) && inGroup.has(name)), done })
    for (let [n, open] = [plan.mayBeFree ? 0 : 1, differs as Sql | null]; open !== null; n += 1) {
      const named = markedRows(pairing, n, open)
      await find(named, n)
      open = await takenRows(state, pairing, named, inGroup)
    }
  }
  // What the identity of a row leads to may be there as a copy: then the row is there under another identity than it was looked for.
  const moves = table.table.identity.rules.some(({ columns }) => columns.some((name) => inGroup.has(name)))
  const odd = state.matchings.get(table.table.target.id)?.odd ?? null
  const plain = odd === null ? sql`1 = 1` : sql`NOT EXISTS (SELECT 1 FROM ${odd} o WHERE o.ordinal = ${S}.${table.ordinal})`
  const lost = moves ? await somewhere(state, pairing, all([sql`NOT ${matched}`, unpaired, plain])) : null
  if (lost === null) return
  const find = await finder(state, pairing, { known: compared.filter((name) => !inGroup.has(name)), rest: compared.filter((name) => inGroup.has(name)), done })
  await find(sql`(SELECT ${S}.* FROM ${rows} ${S} JOIN ${lost} e ON e.ordinal = ${S}.${table.ordinal})`, 0)
}

/** The ordinals of rows of which that is true; null where there are none. */
async function somewhere({ store, made }: MergeState, { copying: { table }, rows }: Pairing, condition: Sql): Promise<Sql | null> {
  const name = `holdall_seeking_${table.number}_${(made.count += 1)}`
  const found = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal FROM ${rows} ${S} WHERE ${condition}`, { table: table.table.target.id })
  await store.index(name, [ident('ordinal')])
  return (await store.rows(sql`SELECT 1 FROM ${found} LIMIT 1`)).length === 0 ? null : found
}

/** These rows, with the marks that copies of this number have. */
function markedRows({ copying: { table, plan }, rows }: Pairing, n: number, open: Sql): Sql {
  const columns = table.table.columns.map(({ target: { name } }) => {
    const value = plan.marks.includes(name) ? marked(table, name, verbatim(String(n))) : sql`${S}.${table.column(name)}`
    return sql`${value} AS ${table.column(name)}`
  })
  return sql`(SELECT ${join([sql`${S}.${table.ordinal} AS ${table.ordinal}`, sql`${S}.${table.stub} AS ${table.stub}`, ...columns])} FROM ${rows} ${S} JOIN ${open} e ON e.ordinal = ${S}.${table.ordinal})`
}

/** Rows that would get the next mark, because the target may have a row by this one. */
async function takenRows(state: MergeState, pairing: Pairing, named: Sql, inGroup: ReadonlySet<string>): Promise<Sql | null> {
  const { table, plan } = pairing.copying
  const U = ident('u')
  const taken = plan.keys.flatMap(({ columns, marked: markable }) => {
    const known = columns.filter((name) => !inGroup.has(name))
    return markable ? [sql`EXISTS (SELECT 1 FROM ${table.target} ${U} WHERE ${all(known.map((name) => table.equal(name, S, U)))})`] : []
  })
  return taken.length === 0 ? null : somewhere(state, { ...pairing, rows: named }, any(taken))
}

interface Compared {
  /** Columns that alone have to be equal. */
  readonly known: readonly string[]
  /** Columns that refer to rows of the group, or may. */
  readonly rest: readonly string[]
  readonly done: readonly Pairing[]
}

/** Makes a function that adds the pairs of such rows and the number of their mark. */
async function finder(state: MergeState, { copying, links, pairs }: Pairing, { known, rest, done }: Compared): Promise<(named: Sql, n: number) => Promise<void>> {
  const { store, made } = state
  const { table, matches } = copying
  const [here, there] = known.length === 0 ? [[], []] : [table.whole(known, S), table.wholeThere(known, T)]
  const via = links.find(({ parent }) => done.some((each) => each.copying === parent))
  const names = here.map((_, index) => ident(`w${index}`))
  const refs = via === undefined ? [] : via.reference.columns.map((_, index) => ident(`r${index}`))
  const name = `holdall_candidates_${table.number}_${(made.count += 1)}`
  const values = [...there.map((value, index) => sql`${value} AS ${ident(`w${index}`)}`), ...(via?.reference.columns ?? []).map((column, index) => sql`${T}.${ident(column)} AS ${ident(`r${index}`)}`)]
  const Y = ident('y')
  const free = await store.tabulate(name, sql`SELECT ${join([locatorOf(table), ...values])} FROM ${table.target} ${T} WHERE NOT EXISTS (SELECT 1 FROM ${matches} ${M} WHERE ${table.located(T, M)})`)
  if (!store.joinsByHash && names.length + refs.length > 0) await store.index(name, [...refs, ...names])
  const equal = all(here.map((value, index) => store.same(value, sql`${Y}.${ident(`w${index}`)}`)))
  const add = async (from: Sql, condition: Sql, n: number): Promise<void> => {
    const select = sql`SELECT DISTINCT ${S}.${table.ordinal}, 0, ${verbatim(String(n))}, ${join(locatorNames(table).map((column) => sql`${Y}.${column}`))}`
    await store.run(sql`INSERT INTO ${pairs} (ordinal, own, n, ${join(locatorNames(table))}) ${select} FROM ${from} JOIN ${table.target} ${T} ON ${table.located(T, Y)} WHERE ${all([condition, sameBesidesLinks(table, links, rest)])}`, {
      table: table.table.target.id,
    })
  }
  return async (named, n) => {
    if (via === undefined) return add(sql`${named} ${S} JOIN ${free} ${Y} ON ${equal}`, sql`1 = 1`, n)
    await add(sql`${named} ${S}${throughParent({ copying, via, done })} JOIN ${free} ${Y} ON ${all([equal, ledTo(state, copying.table, via)])}`, sql`1 = 1`, n)
    await add(sql`${named} ${S} JOIN ${free} ${Y} ON ${equal}`, sql`NOT ${isLinked(table, via)}`, n)
  }
}

/** What the row `s` refers to, as `p`, in every row of the target that may be it: few where nothing else tells rows apart. */
function throughParent({ copying, via, done }: { readonly copying: Copying; readonly via: ParentLink; readonly done: readonly Pairing[] }): Sql {
  const { table } = copying
  const paired = done.find((each) => each.copying === via.parent)?.pairs ?? via.sql
  const P = ident('p')
  return sql` JOIN ${via.sql} k ON k.ordinal = ${S}.${table.ordinal} JOIN ${paired} q ON q.ordinal = k.parent JOIN ${via.parent.table.target} ${P} ON ${via.parent.table.located(P, ident('q'))}`
}

function ledTo(state: MergeState, table: MergeTable, via: ParentLink): Sql {
  const { reference, parent } = via
  const value = (name: string): Sql => sql`${ident('y')}.${ident(`r${reference.columns.indexOf(name)}`)}`
  return refersTo(state, { table, parent: parent.table, reference }, value, (name) => keyOf(state, reference, sql`${ident('p')}.${ident(name)}`))
}
