import { present } from '../../errors/present.js'
import { ident, join, literal, sql, verbatim, type Sql } from '../sql.js'
import type { ImportReference } from '../import-table.js'
import { S } from './aliases.js'
import { innerReader, innerReferences, keysInside } from './inner-references.js'
import { keyMap } from './resolution.js'
import type { KeyMap, MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { presentKeys } from './present-keys.js'

/** The keys that stand inside the values of a column. */
export interface InnerKeys {
  readonly reference: ImportReference
  /** What is not in it leads nowhere. */
  readonly map: KeyMap
  /** The temporary table of `ordinal` and `key`, as text. */
  readonly keys: Sql
}

const AT_ONCE = 500

/** Reads a table's rows again, and writes down the keys inside their values. */
export async function innerKeys(state: MergeState, table: MergeTable): Promise<readonly InnerKeys[]> {
  const { store } = state
  const references = innerReferences(state, table)
  if (references.length === 0) return []
  const found: InnerKeys[] = []
  for (const [index, { reference, parent }] of references.entries()) {
    const map = await keyMap(state, parent, reference.parentColumns)
    const name = `holdall_inner_${table.number}_${index}`
    const keys = await store.tabulate(name, sql`SELECT ${S}.${table.ordinal} AS ordinal, ${store.asText(sql`''`)} AS key FROM ${table.staged} ${S} WHERE 1 = 0`)
    found.push({ reference, keys, map: map?.foreign === true ? map : await presentKeys(state, parent, reference.parentColumns) })
  }
  const waiting = found.map((): Sql[] => [])
  const flush = async (index: number): Promise<void> => {
    const rows = present(waiting[index]).splice(0)
    for (let from = 0; from < rows.length; from += AT_ONCE) await store.run(sql`INSERT INTO ${present(found[index]).keys} VALUES ${join(rows.slice(from, from + AT_ONCE))}`)
  }
  const read = innerReader(table, references)
  let ordinal = 0
  for await (const batch of store.reread(table)) {
    for (const { cells } of read(batch)) {
      ordinal += 1
      for (const [index, reference] of references.entries()) {
        const cell = cells[index] ?? null
        if (cell === null) continue
        for (const key of keysInside(reference, cell)) present(waiting[index]).push(sql`(${verbatim(String(ordinal))}, ${literal(key.replaceAll('\0', '\ufffd'))})`)
      }
    }
    for (const index of references.keys()) await flush(index)
  }
  for (const index of references.keys()) await store.index(`holdall_inner_${table.number}_${index}`, [ident('key')])
  return found
}
