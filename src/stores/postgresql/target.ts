import type pg from 'pg'
import { HoldallError } from '../../errors/holdall-error.js'
import { present } from '../../errors/present.js'
import type { RowBatch } from '../../rows/row-batch.js'
import type { LeftOut, Schema, Sequence } from '../../schema/schema.js'
import type { ConflictRow, ImportTable, RejectedRow, Verdict } from '../import-table.js'
import { createMerge, type Merge } from '../merge/merge.js'
import type { BadRow } from '../merge/reject-rows.js'
import { sql } from '../sql.js'
import type { JudgeOptions, RowsAgain, Target, TargetOptions } from '../store.js'
import { createSchema } from './ddl/create-schema.js'
import { introspect } from './introspect.js'
import { mapError } from './map-error.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'
import { applyRejecting } from './target/apply-rejecting.js'
import { applyWrites, type Applied } from './target/apply.js'
import { beginTransaction } from './target/begin-transaction.js'
import { readColumnFacts, type ColumnFacts } from './target/column-facts.js'
import { copyIn } from './target/copy-in.js'
import { endTransaction } from './target/end-transaction.js'
import { readGivenNumbers } from './target/given-numbers.js'
import type { HeldStatements } from './target/held-statements.js'
import { takeIndexesAside } from './target/indexes-aside.js'
import { createMergeStore } from './target/merge-store.js'
import { createMergeTable } from './target/merge-table.js'
import { orderWrites } from './target/order-writes.js'
import { pendingInsert, pendingWrite, type PendingWrite } from './target/pending-write.js'
import { canLoadNow, prepareTables, type Prepared } from './target/prepare.js'
import type { Relation } from './target/relation.js'
import type { SequenceMove } from './target/sequences.js'
import { createSession, type Session } from './target/session.js'
import { settleTarget } from './target/settle.js'
import { createStaging, fillRejecting, fillStaging, refillStaging, type Staging } from './target/staging.js'

/**
 * Begins the one transaction of an import. `client` is connected with the session of `connect`; `end` ends it.
 * `name` is the store's, for messages. @throws STORE_FAILED, STORE_NOT_PERMITTED on a read-only server
 */
export async function beginTarget(client: pg.Client, options: TargetOptions, name: string): Promise<PostgresqlTarget> {
  const session = createSession(client, name, options.signal)
  try {
    await beginTransaction(session, options)
    return new PostgresqlTarget(session, options, await schemaOf(session))
  } catch (error) {
    await endTransaction(session, 'rollback', [])
    throw error
  }
}

/** @throws STORE_FAILED where the connection breaks */
async function schemaOf({ client, store, signal }: Session): Promise<Schema> {
  return introspect(client).catch((error: unknown) => {
    throw mapError(error, { store }, { signal })
  })
}

/** The import side of PostgreSQL: one transaction, each step a set. */
export class PostgresqlTarget implements Target {
  schema: Schema
  readonly #session: Session
  readonly #options: TargetOptions
  /** What the target held before `create`. */
  readonly #there: Schema
  #created: Schema | null = null
  #sequences: readonly Sequence[] = []
  #prepared: Prepared | null = null
  readonly #loaded = new Set<string>()
  readonly #staged = new Map<string, Staging>()
  /** The same of the base of a three-way merge. */
  readonly #bases = new Map<string, Staging>()
  /** Of the staged tables, once they are matched. */
  readonly #columns = new Map<string, readonly ColumnFacts[]>()
  /** Rows that could not be staged, in the order of the archive. */
  readonly #bad = new Map<string, readonly BadRow[]>()
  #merge: Merge | null = null
  readonly #applied: Applied[] = []
  readonly #written = new Map<string, PendingWrite>()
  /** Rows of empty tables that could not be written at once, because of references or of what functions read. */
  readonly #waiting = new Map<string, PendingWrite>()
  readonly #indexes: HeldStatements[] = []
  #moves: readonly SequenceMove[] = []
  #tables = 0
  #ended = false

  constructor(session: Session, options: TargetOptions, schema: Schema) {
    this.#session = session
    this.#options = options
    this.#there = schema
    this.schema = schema
  }

  async create(schema: Schema): Promise<readonly LeftOut[]> {
    if (schema.engine !== 'postgresql') throw new HoldallError('INTERNAL', { message: `a schema of ${schema.engine} reached PostgreSQL unmapped` })
    const leftOut = await createSchema(this.#session, schema, this.#there)
    this.#created = schema
    this.#sequences = schema.sequences
    this.schema = await schemaOf(this.#session)
    return leftOut
  }

  /** `sequences` are the archive's: empty tables go on counting where the source was. */
  async prepare(tables: readonly ImportTable[], sequences: readonly Sequence[] = [], rows: ReadonlyMap<string, number> = new Map()): Promise<ReadonlyMap<string, number>> {
    if (this.#created === null) this.#sequences = sequences
    this.#prepared = await prepareTables(this.#session, tables, rows, this.#options)
    return this.#prepared.counts
  }

  async load(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number> {
    const prepared = this.#ready()
    const id = table.target.id
    if (prepared.large.has(id)) this.#indexes.push(...(await takeIndexesAside(this.#session, this.#relation(table))))
    if (prepared.lookups.has(id) || !canLoadNow(prepared.references, id, this.#loaded)) {
      const staging = await fillStaging(this.#session, await this.#createStaging(table), rows, this.#options.conversions)
      await this.#session.run(sql`ANALYZE ${staging.sql}`)
      this.#waiting.set(id, pendingInsert(staging, await readColumnFacts(this.#session, table, staging.relation)))
      return staging.rows
    }
    const count = await copyIn(this.#session, table, this.#relation(table).sql, rows, this.#options.conversions)
    this.#loaded.add(id)
    return count
  }

  async stage(table: ImportTable, rows: AsyncIterable<RowBatch>, stubs?: readonly string[]): Promise<number> {
    if (this.#options.onError !== 'reject' || stubs !== undefined) return this.#stage(this.#staged, table, rows, stubs)
    const bad: BadRow[] = []
    const staging = await fillRejecting(this.#session, await this.#createStaging(table), rows, this.#options.conversions, (row) => void bad.push(row))
    this.#staged.set(table.target.id, staging)
    if (bad.length > 0) this.#bad.set(table.target.id, bad)
    return staging.rows
  }

  async stageBase(table: ImportTable, rows: AsyncIterable<RowBatch>, stubs?: readonly string[]): Promise<number> {
    return this.#stage(this.#bases, table, rows, stubs)
  }

  async match(groups: readonly (readonly ImportTable[])[], again?: RowsAgain): Promise<void> {
    const merge = createMerge(await createMergeStore(this.#session, this.#rowsAgain(again)), this.#options.unresolved)
    this.#merge = merge
    for (const [id, staging] of this.#staged) {
      await this.#session.run(sql`ANALYZE ${staging.sql}`)
      const columns = await readColumnFacts(this.#session, staging.table, staging.relation)
      this.#columns.set(id, columns)
      merge.add(createMergeTable(staging, columns, await this.#count(staging.relation), await readGivenNumbers(this.#session, staging.relation)))
      const base = this.#bases.get(id)
      if (base === undefined) continue
      await this.#session.run(sql`ANALYZE ${base.sql}`)
      merge.addBase(createMergeTable(base, columns, await this.#count(base.relation), new Map()))
    }
    for (const [id, bad] of this.#bad) await merge.reject(id, bad)
    await merge.match(groups)
  }

  async judge(table: ImportTable, options: JudgeOptions): Promise<Verdict> {
    return this.#matched().judge(table.target.id, options)
  }

  async tally(table: ImportTable, examples: number): Promise<Verdict> {
    return this.#matched().tally(table.target.id, examples)
  }

  conflicts(table: ImportTable): AsyncIterable<ConflictRow> {
    return this.#matched().conflicts(table.target.id)
  }

  rejects(table: ImportTable): AsyncIterable<RejectedRow> {
    return this.#matched().rejects(table.target.id)
  }

  /** Tables of the groups whose rows are there already are passed over. */
  async apply(groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void> {
    if (this.#options.onError !== 'reject') return this.#apply(groups, onTable)
    const merge = this.#matched()
    await applyRejecting(this.#session, merge, { apply: async () => this.#apply(groups, onTable), writes: () => this.#pendingWrites(groups) })
  }

  #pendingWrites(groups: readonly (readonly ImportTable[])[]): PendingWrite[][] {
    return groups.map((group) => group.flatMap((table) => this.#pending(table) ?? [])).filter((writes) => writes.length > 0)
  }

  async #apply(groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void> {
    const writes = this.#pendingWrites(groups)
    // What no group names has no place in their order, so all become one statement.
    const left = [...this.#waiting.values()]
    this.#waiting.clear()
    if (left.length > 0) writes.push(left)
    for (const write of writes.flat()) this.#written.set(write.relation.id, write)
    if (writes.length > 0) this.#applied.push(await applyWrites(this.#session, this.#ready(), orderWrites(writes, this.#ready()), left.length > 0, onTable))
  }

  async settle(): Promise<readonly string[]> {
    if (this.#waiting.size > 0) await this.apply([], () => undefined)
    const { moves, notes } = await settleTarget(this.#session, {
      created: this.#created,
      there: this.#there,
      prepared: this.#ready(),
      applied: this.#applied,
      written: this.#written,
      indexes: this.#indexes,
      sequences: this.#sequences,
    })
    this.#moves = moves
    return [...(this.#merge?.notes() ?? []), ...notes]
  }

  /** A dry run is rolled back whatever is asked for. Once ended, there is nothing left to end. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await endTransaction(this.#session, this.#options.dryRun ? 'rollback' : how, this.#moves)
  }

  #ready(): Prepared {
    return present(this.#prepared, 'prepare comes first')
  }

  #matched(): Merge {
    return present(this.#merge, 'match comes first')
  }

  #relation(table: ImportTable): Relation {
    return present(this.#ready().relations.get(table.target.id), 'the table was not prepared', { table: table.target.id })
  }

  async #stage(stagings: Map<string, Staging>, table: ImportTable, rows: AsyncIterable<RowBatch>, stubs: readonly string[] | undefined): Promise<number> {
    const before = stagings.get(table.target.id) ?? (await this.#createStaging(table))
    const staging = await fillStaging(this.#session, before, rows, this.#options.conversions, stubs)
    stagings.set(table.target.id, staging)
    return staging.rows - before.rows
  }

  async #createStaging(table: ImportTable): Promise<Staging> {
    throwIfInterrupted(this.#options.signal, { table: table.target.id })
    return createStaging(this.#session, table, this.#relation(table), ++this.#tables)
  }

  /** Rows are read again and staged anew where keys inside them have other names here. */
  #rowsAgain(again: RowsAgain | undefined): Parameters<typeof createMergeStore>[1] {
    return {
      reread: ({ table, number }) => present(again, 'the rows cannot be read again', { table: table.target.id })(table, this.#bases.get(table.target.id)?.number === number),
      restage: async ({ table, number }, rows) => {
        const staging = present([...this.#staged.values(), ...this.#bases.values()].find((each) => each.number === number), 'the table is not staged', { table: table.target.id })
        const reject = this.#options.onError === 'reject' && this.#staged.get(table.target.id) === staging
        return refillStaging(this.#session, staging, rows, { conversions: this.#options.conversions, reject })
      },
    }
  }

  #pending(table: ImportTable): PendingWrite | null {
    const id = table.target.id
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) {
      this.#waiting.delete(id)
      return waiting
    }
    const staging = this.#staged.get(id)
    if (staging === undefined || table.role === 'referred') return null
    return pendingWrite(staging, present(this.#columns.get(id)), present(this.#merge?.judged(id), 'the table is staged and was not judged', { table: id }))
  }

  /** Where triggers fire, they may have written into tables that were not loaded yet. */
  async #count(relation: Relation): Promise<number> {
    const { counts, firing } = this.#ready()
    return firing ? Number((await this.#session.rows(sql`SELECT pg_catalog.count(*) FROM ${relation.only}`))[0]?.[0]) : present(counts.get(relation.id))
  }
}
