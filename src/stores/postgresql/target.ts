import type pg from 'pg'
import { HoldallError } from '../../errors/holdall-error.js'
import type { RowBatch } from '../../rows/row-batch.js'
import type { LeftOut, Schema, Sequence } from '../../schema/schema.js'
import type { Classification, ImportTable } from '../import-table.js'
import { sql } from '../sql.js'
import type { Target, TargetOptions } from '../store.js'
import { createSchema } from './ddl/create-schema.js'
import { introspect } from './introspect.js'
import { throwIfInterrupted } from '../../errors/interrupted.js'
import { applyWrites, type Applied } from './target/apply.js'
import { beginTransaction } from './target/begin-transaction.js'
import { classify } from './target/classify.js'
import { readColumnFacts } from './target/column-facts.js'
import { copyIn } from './target/copy-in.js'
import { endTransaction } from './target/end-transaction.js'
import { orderWrites } from './target/order-writes.js'
import { pendingInsert, pendingWrite, type PendingWrite } from './target/pending-write.js'
import { canLoadNow, prepareTables, type Prepared } from './target/prepare.js'
import type { Relation } from './target/relation.js'
import type { SequenceMove } from './target/sequences.js'
import { createSession, type Session } from './target/session.js'
import { settleTarget } from './target/settle.js'
import { stagedTable, type Matched, type StagedTable } from './target/staged-table.js'
import { createStaging } from './target/staging.js'

/**
 * Begins the one transaction of an import. `client` is connected with the session of `connect`; `end` ends it.
 * `name` is the store's, for messages. @throws STORE_FAILED, STORE_NOT_PERMITTED on a read-only server
 */
export async function beginTarget(client: pg.Client, options: TargetOptions, name: string): Promise<PostgresqlTarget> {
  const session = createSession(client, name, options.signal)
  try {
    await beginTransaction(session, options)
    return new PostgresqlTarget(session, options, await introspect(client))
  } catch (error) {
    await endTransaction(session, 'rollback', [])
    throw error
  }
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
  readonly #staged = new Map<string, StagedTable>()
  readonly #matched = new Map<string, Matched>()
  readonly #applied: Applied[] = []
  readonly #written = new Map<string, PendingWrite>()
  /** Rows of empty tables that could not be written at once, because of references or of what functions read. */
  readonly #waiting = new Map<string, PendingWrite>()
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
    this.schema = await introspect(this.#session.client)
    return leftOut
  }

  /** `sequences` are the archive's: empty tables go on counting where the source was. */
  async prepare(tables: readonly ImportTable[], sequences: readonly Sequence[] = []): Promise<ReadonlyMap<string, number>> {
    if (this.#created === null) this.#sequences = sequences
    this.#prepared = await prepareTables(this.#session, tables, this.#options)
    return this.#prepared.counts
  }

  async load(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number> {
    const prepared = this.#ready()
    const id = table.target.id
    if (prepared.lookups.has(id) || !canLoadNow(prepared.references, id, this.#loaded)) {
      const staged = await this.#fillStaging(table, rows)
      this.#waiting.set(id, pendingInsert(staged))
      return staged.rows
    }
    const count = await copyIn(this.#session, table, this.#relation(table).sql, rows, this.#options.conversions)
    this.#loaded.add(id)
    return count
  }

  async stage(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<number> {
    const staged = await this.#fillStaging(table, rows)
    this.#staged.set(table.target.id, staged)
    return staged.rows
  }

  async classify(table: ImportTable, examples: number): Promise<Classification> {
    const staged = this.#staged.get(table.target.id)
    if (staged === undefined) throw new HoldallError('INTERNAL', { table: table.target.id, message: 'the table is not staged' })
    const there = this.#options.triggers === 'fire' ? await this.#count(staged.relation) : (this.#ready().counts.get(table.target.id) ?? 0)
    const { matched, classification } = await classify(this.#session, staged, ++this.#tables, there, examples)
    this.#matched.set(table.target.id, matched)
    return classification
  }

  /** Tables of the groups whose rows are there already are passed over. */
  async apply(groups: readonly (readonly ImportTable[])[], onTable: (table: ImportTable) => void): Promise<void> {
    const writes: PendingWrite[][] = []
    for (const group of groups) {
      const ofGroup: PendingWrite[] = []
      for (const table of group) {
        const write = await this.#pending(table)
        if (write !== null) ofGroup.push(write)
      }
      if (ofGroup.length > 0) writes.push(ofGroup)
    }
    // What no group names has no place in their order, so all become one statement.
    const left = [...this.#waiting.values()]
    this.#waiting.clear()
    if (left.length > 0) writes.push(left)
    for (const write of writes.flat()) this.#written.set(write.staged.relation.id, write)
    if (writes.length > 0) this.#applied.push(await applyWrites(this.#session, this.#ready(), orderWrites(writes, this.#ready()), left.length > 0, onTable))
  }

  async settle(): Promise<readonly string[]> {
    if (this.#waiting.size > 0) await this.apply([], () => undefined)
    const { moves, notes } = await settleTarget(this.#session, {
      created: this.#created,
      there: this.#there,
      prepared: this.#prepared,
      applied: this.#applied,
      written: this.#written,
      sequences: this.#sequences,
    })
    this.#moves = moves
    return notes
  }

  /** A dry run is rolled back whatever is asked for. Once ended, there is nothing left to end. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await endTransaction(this.#session, this.#options.dryRun ? 'rollback' : how, this.#moves)
  }

  #ready(): Prepared {
    if (this.#prepared === null) throw new HoldallError('INTERNAL', { message: 'prepare comes first' })
    return this.#prepared
  }

  #relation(table: ImportTable): Relation {
    const relation = this.#ready().relations.get(table.target.id)
    if (relation === undefined) throw new HoldallError('INTERNAL', { table: table.target.id, message: 'the table was not prepared' })
    return relation
  }

  async #fillStaging(table: ImportTable, rows: AsyncIterable<RowBatch>): Promise<StagedTable> {
    throwIfInterrupted(this.#options.signal, { table: table.target.id })
    const relation = this.#relation(table)
    const staging = await createStaging(this.#session, table, relation, ++this.#tables)
    const columns = await readColumnFacts(this.#session, table, relation)
    const count = await copyIn(this.#session, table, staging.sql, rows, this.#options.conversions)
    await this.#session.run(sql`ANALYZE ${staging.sql}`)
    return stagedTable(table, relation, staging, columns, count)
  }

  async #pending(table: ImportTable): Promise<PendingWrite | null> {
    const id = table.target.id
    const waiting = this.#waiting.get(id)
    if (waiting !== undefined) {
      this.#waiting.delete(id)
      return waiting
    }
    const staged = this.#staged.get(id)
    if (staged === undefined) return null
    if (!this.#matched.has(id)) await this.classify(table, 0)
    const matched = this.#matched.get(id)
    return matched === undefined ? null : pendingWrite(matched)
  }

  async #count(relation: Relation): Promise<number> {
    return Number((await this.#session.rows(sql`SELECT pg_catalog.count(*) FROM ${relation.only}`))[0]?.[0])
  }
}
