import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { ResolvedStore } from '../../profiles/resolve-store.js'
import { exportStore } from '../../transfer/export-store.js'
import { isExportId } from '../../transfer/read-lineage.js'
import { defineCommand, type Outcome } from '../command.js'
import { exportLayout } from '../export-layout.js'
import { fromFolder } from '../from-folder.js'
import { EXPORT_OPTIONS } from '../options/export-options.js'
import { requireTarget } from '../remote/choose-target.js'
import { exportRemotely, type ExportContext } from '../remote/export-remotely.js'
import { EXPORT_FIELDS, exportJson, exportText } from '../reports/export-report.js'
import { REMOTE_EXPORT_FIELDS } from '../reports/remote-export-report.js'

export const EXPORT = defineCommand({
  name: 'export',
  summary: 'write a database, or a part of it, into an archive',
  description:
    'Writes the rows of a database, as they are at one moment, into an archive that tar, gzip and jq open, or into one JSON document. The database is only read. ' +
    'The file appears under its name when it is complete and was read back, or not at all. With --server a Holdall server does it, and the file comes here.',
  args: [],
  options: EXPORT_OPTIONS,
  examples: [
    { does: 'a whole SQLite file', command: 'holdall export --store app.db --output app.tar.gz' },
    { does: 'a PostgreSQL database without its logs', command: "holdall export --store postgres://app@db.example/app --exclude 'log_*' -o app.tar.gz" },
    { does: 'the orders of one customer, as JSON on standard output', command: "holdall export -s app.db --include orders --where 'orders=customer_id = 7'" },
    { does: 'one project of a Loom database, without secrets', command: 'holdall export -s loom.db --profile loom --project loom-self --redact -o project.tar.gz' },
    { does: 'all that belongs to one customer, with what it needs', command: "holdall export -s app.db --subset 'customers=id = 7' -o customer.tar.gz" },
    { does: 'what a server holds, with the key that is in LOOM_TOKEN', command: 'holdall export --server https://loom.example --token-env LOOM_TOKEN --output backup.json' },
  ],
  exits: [EXIT.verification, EXIT.notFound, EXIT.locked, EXIT.notPermitted, EXIT.storage],
  results: [
    { when: null, fields: EXPORT_FIELDS },
    { when: 'with --server', fields: REMOTE_EXPORT_FIELDS },
  ],
  run: async (context) => {
    const { host, values, chooseTarget } = context
    const { since, until } = values
    if (since !== undefined && until !== undefined && since >= until) {
      throw new HoldallError('USAGE', { message: `--since (${since.toISOString()}) is not before --until (${until.toISOString()})` })
    }
    const target = requireTarget(await chooseTarget(values), 'export')
    const output = values.output ?? '-'
    const layout = exportLayout({ ...values, remote: target.kind === 'server' })
    if (output === '-' && host.stdout.isTTY === true && (layout.format === 'archive' || layout.compress)) {
      throw new HoldallError('USAGE', { message: `${layout.format === 'archive' ? 'an archive' : 'what is compressed'} is not for a terminal`, hint: 'Redirect standard output, or pass --format json-pretty.' })
    }
    return target.kind === 'server' ? exportRemotely(target, { ...context, output, layout }) : exportHere(target.setting, { ...context, output, layout })
  },
})

async function exportHere(setting: ResolvedStore, { host, values, onProgress, output, layout }: ExportContext): Promise<Outcome> {
  const report = await exportStore({
    store: setting.location,
    profile: setting.profile,
    output: fromFolder(host.cwd, output),
    stdout: host.stdout,
    format: layout.format,
    compressionLevel: values.compressionLevel,
    compress: layout.compress,
    keyStore: values.keyStore === undefined ? setting.keyStore : fromFolder(host.cwd, values.keyStore),
    include: values.include,
    exclude: values.exclude,
    where: values.where,
    project: values.project,
    redact: values.redact,
    since: values.since,
    until: values.until,
    closure: values.closure,
    subset: values.subset,
    derivedFrom: values.derivedFrom?.map((source) => (isExportId(source) ? source : fromFolder(host.cwd, source))),
    overwrite: values.overwrite,
    signal: host.signal,
    onProgress,
  })
  return {
    kind: 'summary',
    json: exportJson(report),
    text: (style) => exportText(report, style),
    to: output === '-' ? 'stderr' : 'stdout',
    exitCode: EXIT.done,
    failure: null,
    notes: report.notes,
  }
}
