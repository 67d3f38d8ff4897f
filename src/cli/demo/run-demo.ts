import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openArchive } from '../../archive/open-archive.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { Cycle } from '../../schema/cycles.js'
import { type ComparedTable, compareContent } from '../../transfer/compare-content.js'
import type { ExportReport } from '../../transfer/export-options.js'
import { exportStore } from '../../transfer/export-store.js'
import type { ImportReport } from '../../transfer/import-options.js'
import { inspectStore } from '../../transfer/inspect-store.js'
import { planImport, runImport } from '../../transfer/run-import.js'
import { verifyArchive } from '../../transfer/verify-archive.js'
import type { VerifyReport } from '../../transfer/verify-report.js'
import type { DemoOptions } from './demo-options.js'
import { mergeBoth, type BothMerge } from './merge-both.js'
import { mergeOffice, type OfficeMerge } from './merge-office.js'
import { makeSampleDatabase } from './sample-database.js'

/** Everything the demo did and found. */
export interface DemoReport {
  readonly folder: string
  readonly cycles: readonly Cycle[]
  readonly exported: ExportReport
  /** Members of the archive, and one row as it stands in it. */
  readonly members: readonly { readonly path: string; readonly size: number }[]
  readonly sampleRow: string
  readonly verified: VerifyReport
  readonly planned: ImportReport
  readonly imported: ImportReport
  readonly compared: readonly ComparedTable[]
  /** The id the restored database gave to a row inserted afterwards. */
  readonly nextTeam: number
  readonly again: ImportReport
  readonly office: OfficeMerge
  readonly both: BothMerge
}

/**
 * Makes a database, moves it through an archive into a second one, merges it into a third, and back what was changed in the
 * second; proves each step. @throws VERIFICATION_FAILED
 */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const folder = await mkdtemp(join(tmpdir(), 'holdall-demo-'))
  const [sample, archive, restored] = ['sample.db', 'sample.tar.gz', 'restored.db'].map((name) => join(folder, name)) as [string, string, string]
  makeSampleDatabase(sample)
  const { cycles } = await inspectStore({ store: sample, signal: options.signal })
  const exported = await exportStore({ store: sample, output: archive, ...options })
  const { members, sampleRow } = await showArchive(archive)
  const verified = await verifyArchive({ input: archive, ...options })
  const planned = await planImport({ input: archive, store: restored, create: true, ...options })
  const imported = await runImport({ input: archive, store: restored, create: true, ...options })
  const compared = await compareContent(sample, restored, options.signal)
  const again = await runImport({ input: archive, store: restored, ...options })
  const different = compared.filter(({ same }) => !same).map(({ table }) => table)
  if (!verified.ok || different.length > 0 || again.totals.unchanged !== exported.rows) {
    throw new HoldallError('VERIFICATION_FAILED', { message: `the restored database differs from the sample in ${different.join(', ') || 'its counts'}` })
  }
  const office = await mergeOffice(archive, sample, join(folder, 'office.db'), options)
  const both = await mergeBoth(folder, { here: sample, there: restored, base: archive }, options)
  refuseUnplanned([planned, imported], [office.planned, office.merged], [both.decided, both.merged])
  return { folder, cycles, exported, members, sampleRow, verified, planned, imported, compared, nextTeam: insertTeam(restored), again, office, both }
}

/** Each import did what its dry run said. */
function refuseUnplanned(...runs: readonly (readonly [planned: ImportReport, done: ImportReport])[]): void {
  for (const [planned, done] of runs) {
    if (JSON.stringify(planned.totals) !== JSON.stringify(done.totals)) throw new HoldallError('VERIFICATION_FAILED', { message: `an import into ${done.store} did not do what its dry run said` })
  }
}

async function showArchive(path: string): Promise<Pick<DemoReport, 'members' | 'sampleRow'>> {
  const archive = await openArchive(path)
  try {
    let sampleRow = ''
    for await (const { bytes } of archive.rows('ledger')) {
      sampleRow = bytes.subarray(0, bytes.indexOf(0x0a)).toString('utf8')
      break
    }
    return { members: archive.manifest.members.map(({ path: member, size }) => ({ path: member, size })), sampleRow }
  } finally {
    await archive.close()
  }
}

function insertTeam(path: string): number {
  const db = new Database(path)
  try {
    return Number(db.prepare("INSERT INTO teams (name, lead_id) VALUES ('Team after the restore', 1)").run().lastInsertRowid)
  } finally {
    db.close()
  }
}
