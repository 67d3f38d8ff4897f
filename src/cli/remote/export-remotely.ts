import { exportFromServer } from '../../client/export-from-server.js'
import { EXIT } from '../../errors/catalogue.js'
import type { CommandContext, Outcome } from '../command.js'
import type { ExportLayout } from '../export-layout.js'
import { fromFolder } from '../from-folder.js'
import { EXPORT_OPTIONS } from '../options/export-options.js'
import { remoteExportJson, remoteExportText } from '../reports/remote-export-report.js'
import type { Target } from './choose-target.js'
import { refuseLocalOptions } from './refuse-local-options.js'

/** What the server decides itself, or what HTTP does not carry. */
const LOCAL = ['profile', 'keyStore', 'where', 'subset', 'closure', 'derivedFrom', 'compressionLevel'] as const

export interface ExportContext extends CommandContext<typeof EXPORT_OPTIONS> {
  readonly output: string
  readonly layout: ExportLayout
}

/** `holdall export --server`. */
export async function exportRemotely({ server, notes }: Extract<Target, { kind: 'server' }>, { host, values, typed, onProgress, output, layout }: ExportContext): Promise<Outcome> {
  refuseLocalOptions(EXPORT_OPTIONS, values, LOCAL, typed)
  const { include, exclude, project, redact, since, until, overwrite } = values
  const report = await exportFromServer(server, { ...layout, output: fromFolder(host.cwd, output), stdout: host.stdout, include, exclude, project, redact, since, until, overwrite, signal: host.signal, onProgress })
  return {
    kind: 'summary',
    json: remoteExportJson(report, server.url),
    text: (style) => remoteExportText(report, server.url, style),
    to: output === '-' ? 'stderr' : 'stdout',
    exitCode: EXIT.done,
    failure: null,
    notes: [...notes, ...report.notes],
  }
}
