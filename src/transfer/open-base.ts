import { HoldallError } from '../errors/holdall-error.js'
import { findBase } from './find-base.js'
import type { ImportOptions } from './import-options.js'
import { type Input, openInput } from './open-input.js'

export interface Base {
  readonly input: Input
  readonly path: string
  readonly notes: readonly string[]
}

/**
 * Opens what both sides of a three-way import descend from: the file of --base, else the nearest ancestor beside the input.
 * Null where no table is imported that way.
 * @throws USAGE, ARCHIVE_*, DOCUMENT_INVALID, INTERRUPTED
 */
export async function openBase(input: Input, options: ImportOptions): Promise<Base | null> {
  if (![options.strategy, ...Object.values(options.onConflict ?? {})].includes('three-way')) return null
  const path = options.base ?? (await findBase(options.input, input.archive, options.signal))
  const base = await openInput({ input: path, signal: options.signal })
  const { exportId, lineage } = input.archive.schema
  const own = base.archive.schema.exportId
  if (own === exportId) {
    await base.close()
    throw new HoldallError('USAGE', { message: 'the base is the archive itself: every row of it would count as changed here alone', hint: 'Name the archive that both sides descend from.' })
  }
  const stranger = lineage.derivedFrom.length > 0 && !lineage.derivedFrom.includes(own)
  return { input: base, path, notes: [...base.notes, ...(stranger ? [`the archive does not say that it descends from ${path}`] : [])] }
}
