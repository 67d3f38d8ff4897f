import { ident, join, literal, sql, type Sql } from '../sql.js'
import type { KeyMap, MergeState } from './merge-state.js'

const AT_ONCE = 500

/**
 * A key map by the texts of its keys, each once: `ordinal`, `k0`, … and `n0`, …, with an index. What a profile names may be a
 * number in a text, or stand inside a value.
 */
export async function keyTexts({ store, unresolved, made }: MergeState, map: KeyMap): Promise<Sql> {
  const known = unresolved.texts.get(map)
  if (known !== undefined) return known
  const name = `holdall_texts_${(made.count += 1)}`
  const places = Array.from({ length: map.columns }, (_, index) => index)
  const keys = places.map((index) => ident(`k${index}`))
  const values = places.map((index) => ident(`n${index}`))
  const texts = places.map((index) => sql`${store.asText(sql`o.${ident(`o${index}`)}`)} AS ${ident(`k${index}`)}`)
  const numbered = sql`(SELECT x.*, row_number() OVER (PARTITION BY ${join(keys)} ORDER BY ordinal) AS nth FROM (SELECT o.ordinal AS ordinal, ${join([...texts, ...values])} FROM ${map.sql} o) x) y`
  const table = await store.tabulate(name, sql`SELECT ordinal, ${join([...keys, ...values])} FROM ${numbered} WHERE nth = 1`)
  await store.index(name, keys)
  unresolved.texts.set(map, table)
  return table
}

/** What keys of one column become, by their texts; one that is missing leads nowhere. */
export async function lookUpKeys({ store }: MergeState, texts: Sql, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  // No key of either engine holds U+0000, and no statement may.
  const possible = keys.filter((key) => !key.includes('\0'))
  for (let from = 0; from < possible.length; from += AT_ONCE) {
    const some = join(possible.slice(from, from + AT_ONCE).map((key) => literal(key)))
    for (const [key, value] of await store.rows(sql`SELECT k0, ${store.asText(sql`n0`)} FROM ${texts} WHERE k0 IN (${some})`)) {
      if (typeof key === 'string' && typeof value === 'string') found.set(key, value)
    }
  }
  return found
}
