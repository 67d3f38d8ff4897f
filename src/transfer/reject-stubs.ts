import { present } from '../errors/present.js'
import type { Archive } from '../archive/open-archive.js'
import { stubTable } from '../archive/stub-table.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { frozenRecord, type Profile } from '../profiles/profile.js'
import { identifyTable } from '../profiles/identify-table.js'
import { keyPrefixes } from '../rows/key-prefixes.js'
import { cellPicker } from '../rows/pick-cells.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { ImportTable } from '../stores/import-table.js'
import { keyStore } from './key-store.js'
import { describeStubs, planStubs, type StubTable } from './plan-stubs.js'
import { type GraphReference, type KeySet, referenceGraph } from './reference-graph.js'
import { factsReader, joinKey, type RowFacts, shortKey } from './row-facts.js'
import { rowSpool } from './row-spool.js'

export interface RejectStubs {
  /** Columns of the stubs of each table that has some, by table id. */
  readonly stubs: Readonly<Record<string, readonly string[]>>
  /** Tables of which there are stubs alone. */
  readonly tables: readonly Table[]
  rows(table: string): AsyncIterable<RowBatch>
  close(): Promise<void>
}

export interface RejectStubsProps {
  readonly archive: Archive
  readonly profile: Profile
  /** All that take part in the import. */
  readonly tables: readonly ImportTable[]
  /** Tables of the archive that have rejected rows. */
  readonly rejected: readonly Table[]
  readonly rows: (table: string) => AsyncIterable<RowBatch>
  readonly signal: AbortSignal | undefined
}

/**
 * The identities of rows that rejected rows refer to, from the archive's rows and stubs, so that a reject file can be imported
 * by itself. An archive has no index by keys: each table that is wanted is read once, and again only where stubs want more of it.
 */
export async function gatherRejectStubs({ archive, profile, tables, rejected, rows, signal }: RejectStubsProps): Promise<RejectStubs> {
  const { schema, stubTables } = archive.schema
  const known = new Map(tables.map((table) => [table.source.id, table.identity]))
  const graph = referenceGraph([...schema.tables, ...stubTables], { ...profile, references: importedReferences(tables) })
  const plan = planStubs({
    graph,
    exported: rejected,
    coverage: (table) => (rejected.includes(table) ? 'some' : 'none'),
    identityOf: (table) => known.get(table.id) ?? identifyTable(table, profile),
  })
  const spool = rowSpool()
  const wanted = keyStore()
  const here = keyStore()
  const taken = keyStore()
  const open = new Set<StubTable>()
  const byId = new Map(plan.tables.map((stub) => [stub.table.id, stub]))
  const want = (reference: GraphReference, key: readonly string[]): void => {
    const short = shortKey(joinKey(key))
    const stub = byId.get(reference.to.table.id)
    if (stub === undefined || wanted.has(reference.to.id, short) || here.has(reference.to.id, short)) return
    wanted.add(reference.to.id, short)
    open.add(stub)
  }
  const isWanted = ({ keys }: RowFacts): boolean => keys.some(({ keySet, key }) => isKey(wanted, keySet, key) && !isKey(here, keySet, key))
  try {
    for (const table of rejected) {
      const read = factsReader({ table, references: plan.leaving(table), keySets: byId.get(table.id)?.keySets ?? [] }).read(table)
      for await (const { bytes } of rows(table.id)) {
        for (const row of read(bytes)) {
          for (const { keySet, key } of row.keys) here.add(keySet.id, shortKey(joinKey(key)))
          for (const { reference, key } of row.referred) want(reference, key)
        }
      }
    }
    for (const stub of open) {
      // Left first, so that what its own rows want puts it back behind the others.
      open.delete(stub)
      const { table, columns, keySets, onward } = stub
      const number = plan.tables.indexOf(stub)
      const facts = factsReader({ table, references: onward, keySets, columns })
      const sources = [{ of: table, batches: archive.rows(table.id) }, { of: stubTable(archive.schema, table.id), batches: archive.stubs(table.id) }]
      for (const { of, batches } of sources) {
        if (of === null) continue
        const read = facts.read(of)
        const line = lineWriter(of, columns)
        for await (const { bytes } of batches) {
          throwIfInterrupted(signal)
          for (const row of read(bytes)) {
            if (!isWanted(row)) continue
            const narrow = line(row.line)
            const id = shortKey(narrow.toString('utf8'))
            if (taken.has(number, id)) continue
            taken.add(number, id)
            await spool.add(table.id, narrow)
            for (const { reference, key } of row.referred) want(reference, key)
          }
        }
      }
    }
  } catch (error) {
    await spool.close()
    throw error
  } finally {
    for (const keys of [wanted, here, taken]) keys.close()
  }
  const found = plan.tables.filter(({ table }) => spool.count(table.id) > 0)
  return {
    stubs: Object.fromEntries(found.map(({ table, columns }) => [table.id, columns])),
    tables: found.filter(({ table }) => !rejected.includes(table)).map(describeStubs),
    rows: (table) => spool.rows(table),
    close: () => spool.close(),
  }
}

/** The target may declare references that the archive's tables do not: the import followed those too. */
function importedReferences(tables: readonly ImportTable[]): Profile['references'] {
  const ids = new Map(tables.map(({ source, target }) => [target.id, source.id]))
  return frozenRecord(
    tables.map(({ source, references }) => [
      source.id,
      references.map(({ columns, parent, parentColumns, place, when }) => ({ columns, table: ids.get(parent) ?? parent, targetColumns: parentColumns, place, when })),
    ]),
  )
}

function isKey(keys: ReturnType<typeof keyStore>, { id }: KeySet, key: readonly string[]): boolean {
  return keys.has(id, shortKey(joinKey(key)))
}

/** Of a line of `from`'s stored columns those of a stub; a column that a stub of the archive does not hold is NULL. */
function lineWriter(from: Table, columns: readonly string[]): (line: Buffer) => Buffer {
  const prefixes = keyPrefixes(columns).map((prefix) => prefix.toString('utf8'))
  const pick = cellPicker(storedColumns(from).map(({ name }) => name), columns)
  return (line) => {
    const cells = present(pick(line))
    return Buffer.from(`${prefixes.map((prefix, index) => `${prefix}${present(cells[index])}`).join('')}}`)
  }
}
