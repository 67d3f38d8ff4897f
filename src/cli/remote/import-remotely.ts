import { importToServer } from '../../client/import-to-server.js'
import type { RemoteImportReport } from '../../client/remote-import-report.js'
import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { CommandContext, Outcome } from '../command.js'
import { confirmStake } from '../confirm-deletions.js'
import { IMPORT_OPTIONS } from '../options/import-options.js'
import { remoteImportJson, remoteImportText, remoteValidationJson } from '../reports/remote-import-report.js'
import { formatDuration, formatRows } from '../text/quantities.js'
import { printable } from '../text/printable.js'
import type { Target } from './choose-target.js'
import { refuseLocalOptions } from './refuse-local-options.js'

/** What the server decides itself, or what HTTP does not carry. */
const LOCAL = ['profile', 'keyStore', 'create', 'onConflict', 'match', 'base', 'prune', 'rejects', 'conflicts', 'resolutions', 'overwrite', 'triggers', 'lockTimeout', 'format', 'show'] as const

const CONFLICT_HINT = 'Choose another --strategy, or decide row by row on the store itself, with --store and --conflicts.'

/** `holdall import --server`. */
export async function importRemotely({ server, notes }: Extract<Target, { kind: 'server' }>, input: string, context: CommandContext<typeof IMPORT_OPTIONS>): Promise<Outcome> {
  const { host, values, typed, globals, printer, onProgress, interactive } = context
  refuseLocalOptions(IMPORT_OPTIONS, values, LOCAL, typed)
  const { strategy = 'merge', include, exclude, onUnresolved, onError, convert, dryRun = false, validateOnly = false } = values
  if (strategy === 'three-way') throw new HoldallError('USAGE', { message: '--strategy three-way is not for a server', hint: 'It needs a second file: work on the store itself with --store.' })
  if (strategy === 'replace' && !dryRun && !validateOnly) {
    // A server asks nobody: it would be done.
    await confirmStake(`--strategy replace overwrites or deletes rows of ${server.store ?? 'the store'} at ${server.url.host} where the archive differs`, [], { host, printer, yes: globals.yes === true, interactive: interactive && input !== '-' })
  }
  const report = await importToServer(server, { input, stdin: host.stdin, strategy, include, exclude, onUnresolved, onError, conversions: convert, dryRun, validateOnly, signal: host.signal, onProgress }).catch(rethrow)
  const props = { server: server.url, strategy, dryRun }
  const common = { to: 'stdout', notes: [...notes, ...report.notes] } as const
  if (validateOnly) {
    const text = `${input === '-' ? 'standard input' : input} could be imported into ${report.store ?? 'the store'} at ${server.url.host} (${formatDuration(report.seconds)}).\n`
    return { ...common, kind: 'summary', json: remoteValidationJson(report, input, server.url), text: (style) => style.green(printable(text.trimEnd())) + '\n', exitCode: EXIT.done, failure: null }
  }
  return {
    ...common,
    kind: dryRun ? 'answer' : 'summary',
    json: remoteImportJson(report, props),
    text: (style) => remoteImportText(report, props, style),
    exitCode: report.totals.rejected > 0 ? EXIT.rejects : EXIT.done,
    failure: conflict(report),
  }
}

/** A conflict there cannot be decided with the files that decide it here. */
function rethrow(error: unknown): never {
  if (!HoldallError.is(error) || error.code !== 'CONFLICT') throw error
  const { message, details, place } = error
  throw new HoldallError('CONFLICT', { ...place, message, details, hint: CONFLICT_HINT })
}

/** A dry run ends as the import would end. */
function conflict({ totals, errors }: RemoteImportReport): HoldallError | null {
  if (totals.conflicting === 0) return null
  return new HoldallError('CONFLICT', { message: `${totals.conflicting === 1 ? '1 row is' : `${formatRows(totals.conflicting)} are`} in conflict with the target; nothing was imported`, details: errors, hint: CONFLICT_HINT })
}
