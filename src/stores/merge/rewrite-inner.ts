import { present } from '../../errors/present.js'
import { keyPrefixes } from '../../rows/key-prefixes.js'
import { keyText } from '../../rows/key-text.js'
import { rewriteEmbeddedKeys } from '../../rows/rewrite-embedded-keys.js'
import type { RowBatch } from '../../rows/row-batch.js'
import { rowSplitter } from '../../rows/split-row.js'
import { storedColumns } from '../../schema/stored-columns.js'
import { innerReader, innerReferences, keysInside, type InnerReference, type InnerRow } from './inner-references.js'
import { keyMap } from './resolution.js'
import { keyNames, type KeyNames } from './key-names.js'
import { keyTexts } from './key-texts.js'
import type { MergeState } from './merge-state.js'
import type { MergeTable } from './merge-table.js'
import { noteUnresolved } from './note-unresolved.js'
import { presentKeys } from './present-keys.js'
import { rejectRows } from './reject-rows.js'
import { EXAMPLES, type UnresolvedRow } from './unresolved-state.js'

/** An inner reference with what its keys become. */
interface Renaming extends InnerReference {
  readonly names: KeyNames
}

interface Lost {
  rows: number
  readonly examples: UnresolvedRow[]
}

/**
 * Stages a table's rows anew with the keys inside their values in terms of the target. To be done whenever a map that they need
 * has changed; the archive is read again, so nothing is renamed twice.
 */
export async function rewriteInner(state: MergeState, table: MergeTable): Promise<void> {
  const renamings: Renaming[] = []
  for (const reference of innerReferences(state, table)) {
    const { parent } = reference
    const { parentColumns } = reference.reference
    const map = await keyMap(state, parent, parentColumns)
    const known = map?.foreign === true ? map : state.unresolved.mode === 'null' ? await presentKeys(state, parent, parentColumns) : null
    if (map === null && known === null) continue
    renamings.push({ ...reference, names: keyNames(state, { map: map === null ? null : await keyTexts(state, map), known: known === null ? null : await keyTexts(state, known) }) })
  }
  if (renamings.length === 0) return
  const lost = renamings.map((): Lost => ({ rows: 0, examples: [] }))
  const bad = await state.store.restage(table, rewritten(state, table, renamings, lost))
  if (bad.length > 0) await rejectRows(state, table, bad)
  if (state.unresolved.mode === 'skip') return
  for (const [index, { reference }] of renamings.entries()) noteUnresolved(state, table, { reference, ...present(lost[index]), because: null })
}

async function* rewritten(state: MergeState, table: MergeTable, renamings: readonly Renaming[], lost: readonly Lost[]): AsyncGenerator<RowBatch> {
  const read = innerReader(table, renamings)
  const write = cellWriter(table)
  let ordinal = 0
  for await (const batch of state.store.reread(table)) {
    const rows = [...read(batch)]
    for (const [index, renaming] of renamings.entries()) await renaming.names.learn(keysOf(renaming, rows, index))
    const lines = rows.map(({ line, cells }) => {
      ordinal += 1
      const changed = new Map<string, string>()
      for (const [index, renaming] of renamings.entries()) {
        const own = cells[index] ?? null
        if (own === null) continue
        const name = renaming.column.name
        const missing: string[] = []
        // Another path into the same column may have been there first.
        const cell = changed.get(name) ?? own
        const fresh = rewriteEmbeddedKeys(cell, renaming.column, renaming.place, (value) => {
          const key = keyText(value, renaming.key)
          if (key === null) return undefined
          const renamed = renaming.names.nameOf(key)
          if (renamed !== null) return renamed === key ? undefined : renamed
          if (renaming.reference.optional === true) return undefined
          missing.push(key)
          return state.unresolved.mode === 'null' ? null : undefined
        })
        if (fresh !== own) changed.set(name, fresh)
        count(present(lost[index]), missing, { ordinal, column: name })
      }
      return changed.size === 0 ? line : write(line, changed)
    })
    yield { bytes: Buffer.concat(lines.flatMap((line) => [line, NEWLINE])), rows: batch.rows }
  }
}

const NEWLINE = Buffer.from('\n')

/** The keys of one reference in these rows. */
function keysOf(renaming: Renaming, rows: readonly InnerRow[], index: number): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { cells } of rows) {
    const cell = cells[index] ?? null
    if (cell !== null) for (const key of keysInside(renaming, cell)) keys.add(key)
  }
  return keys
}

function count(lost: Lost, missing: readonly string[], { ordinal, column }: { readonly ordinal: number; readonly column: string }): void {
  const [first] = missing
  if (first === undefined) return
  lost.rows += 1
  if (lost.examples.length < EXAMPLES) lost.examples.push({ ordinal, key: `${column}=${first}` })
}

/** Makes a function that puts other cells into a canonical line. */
function cellWriter({ table }: MergeTable): (line: Buffer, cells: ReadonlyMap<string, string>) => Buffer {
  const names = storedColumns(table.source).map(({ name }) => name)
  const prefixes = keyPrefixes(names).map((prefix) => prefix.toString('utf8'))
  const split = rowSplitter(names)
  return (line, changed) => {
    const row = split(line)
    const cells = 'cells' in row ? row.cells : []
    return Buffer.from(`${names.map((name, index) => `${prefixes[index] ?? ''}${changed.get(name) ?? cells[index] ?? 'null'}`).join('')}}`)
  }
}
