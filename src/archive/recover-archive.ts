import { HoldallError } from '../errors/holdall-error.js'
import { checkOptions } from '../errors/check-options.js'
import { abortSignal, text, yesOrNo } from '../errors/option-check.js'
import type { RowBatch } from '../rows/row-batch.js'
import { createArchiveSchema, type TableLoss } from './archive-schema.js'
import { createArchiveWriter } from './archive-writer.js'
import { assessSalvage, type TableSalvage } from './assess-salvage.js'
import { fileSource, type ByteSource } from './byte-source.js'
import { throwIfInterrupted } from '../errors/interrupted.js'
import { publishFile } from './publish-file.js'
import { refuseSameFile } from './refuse-same-file.js'
import { readWholeChunk, salvage } from './salvage.js'

export interface RecoverOptions {
  readonly overwrite?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export interface RecoverReport {
  /** Of the new archive. */
  readonly exportId: string
  /** Export id of the broken archive. */
  readonly from: string
  /** Whether the broken archive's manifest was whole: only then the number of lost rows is known. */
  readonly manifestFound: boolean
  /** Every table of the schema. */
  readonly tables: readonly RecoveredTable[]
  /** The same of stubs: of every table that may have some. */
  readonly stubs: readonly RecoveredTable[]
  /** Rows saved. */
  readonly rows: number
  /** Chunks saved. */
  readonly chunks: number
  /** Size of the new archive. */
  readonly bytes: number
  readonly sha256: string
}

export interface RecoveredTable {
  readonly table: string
  readonly rows: number
  readonly chunks: number
  /** Null where nothing is lost. */
  readonly loss: TableLoss | null
}

const LEVEL = 6

/**
 * Writes a new archive of every chunk that is whole in a broken one. What is lost stands in the report and in the new
 * archive's schema.json (`recovered`).
 * @throws USAGE, NOTHING_TO_RECOVER, ARCHIVE_NOT_FOUND, ARCHIVE_NEWER, OUTPUT_EXISTS, OUTPUT_FAILED, VERIFICATION_FAILED, INTERRUPTED
 */
export async function recoverArchive(brokenPath: string, outputPath: string, { overwrite = false, signal }: RecoverOptions = {}): Promise<RecoverReport> {
  checkOptions('recoverArchive', { broken: brokenPath, output: outputPath, overwrite, signal }, { required: { broken: text, output: text }, optional: { overwrite: yesOrNo, signal: abortSignal } })
  await refuseSameFile(outputPath, [brokenPath], 'the damaged archive')
  const source = await fileSource(brokenPath)
  try {
    const saved = await salvage(source, signal)
    const found = assessSalvage(saved)
    const tables = found.filter(({ kind }) => kind === 'rows')
    const stubs = found.filter(({ kind }) => kind === 'stubs')
    const nothing = tables.every(({ chunks }) => chunks.length === 0)
    if (nothing && lossesOf(tables).length > 0) throw new HoldallError('NOTHING_TO_RECOVER', { message: 'schema.json is whole, and no chunk of rows is', archive: brokenPath })
    const { schema: old } = saved
    const schema = createArchiveSchema({
      ...withoutIdentity(old), lineage: { derivedFrom: [old.exportId, ...old.lineage.derivedFrom] }, recovered: { from: old.exportId, losses: lossesOf(tables), stubLosses: lossesOf(stubs) },
    })
    const published = await publishFile(outputPath, async (sink) => {
      const writer = createArchiveWriter(sink, { name: saved.name, level: LEVEL, schema, signal })
      for (const table of tables) await writer.rows(table.table, batches(source, table, signal))
      for (const table of stubs) await writer.stubs(table.table, batches(source, table, signal))
      await writer.finish({})
    }, { overwrite, signal })
    const counted = tables.map(recovered)
    return Object.freeze({
      exportId: schema.exportId,
      from: old.exportId,
      manifestFound: saved.manifest !== null,
      tables: Object.freeze(counted),
      stubs: Object.freeze(stubs.map(recovered)),
      rows: sumRows(counted),
      chunks: counted.reduce((sum, { chunks }) => sum + chunks, 0),
      ...published,
    })
  } finally {
    await source.close()
  }
}

function recovered({ table, chunks, loss }: TableSalvage): RecoveredTable {
  return { table, rows: sumRows(chunks), chunks: chunks.length, loss }
}

function lossesOf(tables: readonly TableSalvage[]): readonly TableLoss[] {
  return tables.flatMap(({ loss }) => (loss === null ? [] : [loss]))
}

function withoutIdentity<T extends { readonly exportId: string }>({ exportId: _exportId, ...rest }: T): Omit<T, 'exportId'> {
  return rest
}

async function* batches(source: ByteSource, { chunks }: TableSalvage, signal: AbortSignal | undefined): AsyncGenerator<RowBatch> {
  for (const chunk of chunks) {
    throwIfInterrupted(signal)
    yield { bytes: await readWholeChunk(source, chunk), rows: chunk.rows }
  }
}

function sumRows(parts: readonly { readonly rows: number }[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0)
}
