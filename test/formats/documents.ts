import fc from 'fast-check'
import { createArchiveSchema, type ArchiveSchema } from '../../src/archive/archive-schema.js'
import { readJsonDocument, type JsonDocument } from '../../src/formats/read-json-document.js'
import { writeJsonDocument } from '../../src/formats/write-json-document.js'
import type { RowBatch } from '../../src/rows/row-batch.js'
import type { Encoding } from '../../src/schema/column-type.js'
import type { Column, Table } from '../../src/schema/schema.js'

export function column(name: string, encoding: Encoding = { family: 'any' }, generated = false): Column {
  return {
    name,
    type: { declared: '', encoding, dynamic: true },
    nullable: true,
    default: null,
    identity: null,
    generated: generated ? { expression: '1', stored: true } : null,
    collation: null,
  }
}

export function table(id: string, columns: readonly Column[]): Table {
  return { id, namespace: null, name: id, traits: [], columns, primaryKey: null, uniques: [], references: [], checks: [], indexes: [], ddl: null }
}

export function schemaOf(tables: readonly Table[]): ArchiveSchema {
  return createArchiveSchema({
    generator: 'holdall 0.1.0',
    exportId: '00000000-0000-4000-8000-000000000001',
    createdAt: '2026-02-16T10:00:00.000Z',
    schema: { engine: 'sqlite', engineVersion: '3.53.2', extensions: [], types: [], sequences: [], tables, statements: [], leftOut: [], file: null },
  })
}

export interface WriteProps {
  readonly tables: readonly Table[]
  /** Canonical lines by table id, without newlines. */
  readonly lines: Readonly<Record<string, readonly string[]>>
  readonly groups?: Readonly<Record<string, readonly string[]>>
  readonly pretty?: boolean
}

export async function documentText(props: WriteProps): Promise<string> {
  const parts: Buffer[] = []
  const linesOf = (id: string): readonly string[] => (Object.hasOwn(props.lines, id) ? (props.lines[id] ?? []) : [])
  await writeJsonDocument(
    { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
    {
      schema: schemaOf(props.tables),
      groups: props.groups ?? {},
      counts: new Map(props.tables.map(({ id }) => [id, linesOf(id).length])),
      pretty: props.pretty ?? false,
      rows: ({ id }) => batches(linesOf(id), 3),
    },
  )
  return Buffer.concat(parts).toString('utf8')
}

export async function* batches(lines: readonly string[], size: number): AsyncGenerator<RowBatch> {
  for (let at = 0; at < lines.length; at += size) {
    const some = lines.slice(at, at + size)
    yield { bytes: Buffer.from(some.map((line) => `${line}\n`).join('')), rows: some.length }
  }
}

/** The document in pieces of those sizes, over and over. */
export async function* inChunks(text: string | Buffer, sizes: readonly number[] = [1 << 16]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

export interface ReadDocument {
  readonly document: JsonDocument
  /** Table ids and their lines, in document order. */
  readonly tables: readonly (readonly [string, readonly string[]])[]
}

export async function readDocument(text: string | Buffer, sizes?: readonly number[]): Promise<ReadDocument> {
  const document = await readJsonDocument(inChunks(text, sizes))
  const tables: [string, string[]][] = []
  for await (const { id, rows } of document.tables()) {
    const lines: string[] = []
    for await (const batch of rows) {
      const some = batch.bytes.toString('utf8').split('\n').slice(0, -1)
      if (some.length !== batch.rows) throw new Error(`a batch of ${some.length} lines says ${batch.rows}`)
      lines.push(...some)
    }
    tables.push([id, lines])
  }
  return { document, tables }
}

/** Lone surrogates become U+FFFD: JSON text in UTF-8 cannot hold them. */
const wellFormed = (value: string): string => Buffer.from(value).toString()

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map(wellFormed)

/** A cell in canonical form. */
const cell: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '-0.0', '0.10', '1E400', '9007199254740993', '-12345678901234567890.123456789', '[]', '{}', '""'),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc.oneof(text, fc.string({ unit: 'binary' }).map(wellFormed)).map((value) => JSON.stringify(value)),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(',')}]`),
    fc.tuple(fc.constantFrom('$text', '$bytes', 'a "b"'), tie('value')).map(([key, value]) => `{${JSON.stringify(key)}:${value}}`),
  ),
})).value

export interface RandomTable {
  readonly table: Table
  /** Cells of each row, in the order of the columns. */
  readonly rows: readonly (readonly string[])[]
}

const name = fc.oneof(text, fc.constantFrom('id', 'ID', '__proto__', 'constructor', '1', '0', 'a.b', 'tables', 'export_end', '\u2028', '"', '\\', 'other'))

/** Tables of any names with rows of any cells. */
export const randomTables: fc.Arbitrary<readonly RandomTable[]> = fc
  .uniqueArray(name, { minLength: 1, maxLength: 4 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc
          .uniqueArray(name, { maxLength: 5 })
          .chain((columns) =>
            fc
              .array(fc.tuple(...columns.map(() => cell)), { maxLength: 6 })
              .map((rows) => ({ table: table(id, columns.map((each) => column(each))), rows })),
          ),
      ),
    ),
  )

/** A row as JSON text, its keys in the order of `order` (indexes of columns). */
export function rowText({ table: { columns } }: RandomTable, cells: readonly string[], order: readonly number[] = columns.map((_, index) => index)): string {
  return `{${order.map((index) => `${JSON.stringify(columns[index]!.name)}:${cells[index]!}`).join(',')}}`
}

/** The same tokens with other white space between them. */
export function respaced(document: string, blanks: readonly string[]): string {
  const tokens = document.match(/"(?:[^"\\]|\\.)*"|[^\s"[\]{},:]+|[[\]{},:]/gs) ?? []
  return tokens.map((token, index) => token + blanks[index % blanks.length]!).join('')
}
