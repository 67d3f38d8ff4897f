import { createHash } from 'node:crypto'
import { HoldallError } from '../errors/holdall-error.js'
import type { RowBatch } from '../rows/row-batch.js'
import type { Table } from '../schema/schema.js'
import { storedColumns } from '../schema/stored-columns.js'
import type { DocumentCursor } from './document-cursor.js'
import { documentRows } from './document-rows.js'
import { stubTable } from '../archive/stub-table.js'
import { END_KEY, METADATA_KEY, STUBS_KEY, TABLES_KEY } from './json-document.js'
import { showName } from './json-fault.js'
import { parseEnd, type DocumentMetadata } from './parse-metadata.js'
import { rowRewriter } from './row-rewriter.js'
import { objectShape, type ObjectShape } from './value-shape.js'
import { withoutReturn } from './without-return.js'

const CLOSE_BRACE = 0x7d

/** One table of a document that is being read. */
export interface DocumentTable {
  readonly id: string
  /** Stubs come behind the rows of all tables. */
  readonly part: 'rows' | 'stubs'
  /** Canonical lines, read while they are asked for. What is not taken is read and checked when the next table is asked for. */
  readonly rows: AsyncIterable<RowBatch>
}

/** Goes through a document behind its metadata, once. */
export class DocumentWalk {
  readonly #cursor: DocumentCursor
  readonly #metadata: DocumentMetadata
  readonly #shapes: ReadonlyMap<string, ObjectShape>
  /** Of stubs that are still to come. */
  readonly #stubs: Map<string, ObjectShape>
  readonly #walk: AsyncGenerator<DocumentTable, undefined>
  readonly #hash = createHash('sha256')
  readonly #counts = new Map<string, number>()
  #handEdited: boolean | null = null

  constructor(cursor: DocumentCursor, metadata: DocumentMetadata) {
    this.#cursor = cursor
    this.#metadata = metadata
    const { schema } = metadata
    this.#shapes = new Map(schema.schema.tables.map((table) => [table.id, rowShape(table)]))
    this.#stubs = new Map(
      Object.keys(schema.stubs).flatMap((id): [string, ObjectShape][] => {
        const table = stubTable(schema, id)
        return table === null ? [] : [[id, rowShape(table)]]
      }),
    )
    this.#walk = this.#tables()
  }

  tables(): AsyncIterable<DocumentTable> {
    return withoutReturn(this.#walk)
  }

  async finish(): Promise<void> {
    while ((await this.#walk.next()).done !== true);
    this.handEdited()
  }

  handEdited(): boolean {
    if (this.#handEdited === null) throw new HoldallError('INTERNAL', { message: 'the JSON document was not read to its end' })
    return this.#handEdited
  }

  async *#tables(): AsyncGenerator<DocumentTable, undefined> {
    const cursor = this.#cursor
    const sections = new Set(this.#metadata.groups?.map((group) => group.name) ?? [TABLES_KEY])
    try {
      while (await cursor.nextMember('the document')) {
        const section = await cursor.key('the document')
        if (section === END_KEY) {
          await this.#readEnd()
          return undefined
        }
        if (section === STUBS_KEY && this.#stubs.size > 0) {
          // Nothing but the end may follow.
          sections.clear()
          yield* this.#stubSection()
          continue
        }
        if (!sections.delete(section)) throw cursor.fault(cursor.at, `key ${showName(section)} is no group of this document, or is there twice`)
        yield* this.#section()
      }
      throw cursor.fault(cursor.at, `"${END_KEY}" is missing: the document was cut`)
    } finally {
      await cursor.close()
    }
  }

  async *#section(): AsyncGenerator<DocumentTable> {
    for await (const id of this.#members('a group')) {
      const shape = this.#shapes.get(id)
      if (shape === undefined) throw this.#cursor.fault(this.#cursor.at, `table ${showName(id)} is not in the document's schema`)
      if (this.#counts.has(id)) throw this.#cursor.fault(this.#cursor.at, `table ${showName(id)} is there twice`)
      this.#counts.set(id, 0)
      yield* this.#table(id, 'rows', shape)
      this.#compare(id, this.#metadata.recordCounts.get(id), METADATA_KEY)
    }
  }

  async *#stubSection(): AsyncGenerator<DocumentTable> {
    for await (const id of this.#members('the stubs')) {
      const shape = this.#stubs.get(id)
      if (shape === undefined) throw this.#cursor.fault(this.#cursor.at, `table ${showName(id)} has no stubs in export_metadata, or is there twice`)
      this.#stubs.delete(id)
      yield* this.#table(id, 'stubs', shape)
    }
    this.#stubs.clear()
  }

  /** The keys of an object of tables; each one's array is consumed in its turn. */
  async *#members(what: string): AsyncGenerator<string> {
    const cursor = this.#cursor
    await cursor.take('{', what)
    if ((await cursor.peek(what)) === CLOSE_BRACE) {
      cursor.advance(cursor.at + 1)
      return
    }
    do {
      const id = await cursor.key(what)
      yield id
    } while (await cursor.nextMember(what))
  }

  async *#table(id: string, part: DocumentTable['part'], shape: ObjectShape): AsyncGenerator<DocumentTable> {
    await this.#cursor.take('[', 'a table')
    const rows = this.#rows(id, part, shape)
    yield { id, part, rows: withoutReturn(rows) }
    while ((await rows.next()).done !== true);
  }

  async *#rows(id: string, part: DocumentTable['part'], shape: ObjectShape): AsyncGenerator<RowBatch> {
    for await (const batch of documentRows(this.#cursor, id, rowRewriter(shape))) {
      this.#hash.update(batch.bytes)
      if (part === 'rows') this.#counts.set(id, (this.#counts.get(id) ?? 0) + batch.rows)
      yield batch
    }
  }

  async #readEnd(): Promise<void> {
    const cursor = this.#cursor
    const end = parseEnd(await cursor.value(END_KEY))
    if (await cursor.nextMember('the document')) throw cursor.fault(cursor.at, `nothing may follow "${END_KEY}"`)
    if ((await cursor.peek('the document')) !== undefined) throw cursor.fault(cursor.at, 'something follows the end of the document')
    for (const id of this.#shapes.keys()) {
      if (!this.#counts.has(id)) throw new HoldallError('DOCUMENT_INVALID', { message: 'the table is in the schema of the document and its rows are not there', table: id })
    }
    for (const id of new Set([...end.recordCounts.keys(), ...this.#counts.keys()])) this.#compare(id, end.recordCounts.get(id), END_KEY)
    this.#handEdited = this.#hash.digest('hex') !== end.sha256
  }

  #compare(table: string, expected: number | undefined, key: string): void {
    const found = this.#counts.get(table)
    if (found === expected) return
    throw new HoldallError('DOCUMENT_INVALID', {
      message: `the document holds ${found ?? 0} rows, and record_counts of ${key} says ${expected ?? 'nothing'}`,
      hint: `If rows were added or removed on purpose, correct record_counts in ${METADATA_KEY} and in ${END_KEY}.`,
      table,
    })
  }
}

function rowShape(table: Table): ObjectShape {
  return objectShape(storedColumns(table).map((column) => ({ name: column.name, encoding: column.type.encoding })))
}
