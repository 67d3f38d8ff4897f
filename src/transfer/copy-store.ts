import { checkOptions } from '../errors/check-options.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { Profile } from '../profiles/profile.js'
import { openStore } from '../stores/open-store.js'
import type { ImportOptions, ImportReport } from './import-options.js'
import { COPY_SHAPE } from './option-shapes.js'
import { importFrom } from './run-import.js'
import { storeInput } from './store-input.js'

/** What an import takes, but for what only a file has. */
export interface CopyOptions extends Omit<ImportOptions, 'input' | 'stdin' | 'format' | 'resolutions'> {
  /** URL or path of the store to copy from; `store` is the one to copy into. */
  readonly from: string
  /** Of the store to copy from: columns that it leaves out. */
  readonly fromProfile?: Profile | undefined
}

/** What `copyStore` would do, by doing it and rolling back. @throws as `copyStore` */
export async function planCopy(options: CopyOptions): Promise<ImportReport> {
  return copy(options, true)
}

/**
 * Copies a store into another, of either engine, by the rules of an import and without a file between them: one snapshot of the
 * one, one transaction of the other.
 * @throws as `exportStore` and `runImport`
 */
export async function copyStore(options: CopyOptions): Promise<ImportReport> {
  return copy(options, false)
}

async function copy(options: CopyOptions, dryRun: boolean): Promise<ImportReport> {
  checkOptions(dryRun ? 'planCopy' : 'copyStore', options, COPY_SHAPE)
  const { from, fromProfile, ...rest } = options
  const [one, other] = [openStore(from), openStore(options.store)]
  const same = one.engine === other.engine && one.name === other.name
  await one.close()
  await other.close()
  if (same) throw new HoldallError('USAGE', { message: 'a store cannot be copied into itself', store: options.store })
  if (rest.base === undefined && [rest.strategy, ...Object.values(rest.onConflict ?? {})].includes('three-way')) {
    throw new HoldallError('USAGE', { message: 'three-way needs --base: a store does not say what it descends from' })
  }
  return importFrom({ ...rest, input: from }, dryRun, async () => storeInput(from, { profile: fromProfile, signal: options.signal }))
}
