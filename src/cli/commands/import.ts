import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import type { ImportOptions } from '../../transfer/import-options.js'
import { planImport, runImport } from '../../transfer/run-import.js'
import { validateImport } from '../../transfer/validate-import.js'
import { verifyArchive } from '../../transfer/verify-archive.js'
import { defineCommand } from '../command.js'
import { confirmDeletions } from '../confirm-deletions.js'
import { fromFolder } from '../from-folder.js'
import { importOutcome } from '../import-outcome.js'
import { keepHeapSmall } from '../keep-heap-small.js'
import { inputPath } from '../input-path.js'
import { IMPORT_OPTIONS } from '../options/import-options.js'
import { requireTarget } from '../remote/choose-target.js'
import { importRemotely } from '../remote/import-remotely.js'
import { IMPORT_FIELDS } from '../reports/import-json.js'
import { REMOTE_IMPORT_FIELDS, REMOTE_VALIDATION_FIELDS } from '../reports/remote-import-report.js'
import { VALIDATION_FIELDS } from '../reports/verify-report.js'
import { verifyOutcome } from '../verify-outcome.js'

export const IMPORT = defineCommand({
  name: 'import',
  summary: 'bring an archive into a database, all or nothing',
  description:
    'Brings the rows of an archive or JSON document into a database, in one transaction: all of it, or nothing. ' +
    'Rows are recognised by what identifies them (see `holdall inspect --store`), ids that are taken are given anew, and references follow. ' +
    'Importing the same archive again changes nothing. With --server a Holdall server does it, as a job that is followed to its end.',
  args: [{ name: 'archive', means: 'an archive or a JSON document; - is standard input', required: true }],
  options: IMPORT_OPTIONS,
  examples: [
    { does: 'into a new SQLite file', command: 'holdall import app.tar.gz --store copy.db --create' },
    { does: 'what a merge would change', command: 'holdall import app.tar.gz --store postgres://app@db.example/app --dry-run' },
    { does: 'settings stay as they are here, people are one by their email', command: 'holdall import app.tar.gz -s app.db --on-conflict settings=skip --match people=email' },
    { does: 'merge development into production, and see what both changed', command: 'holdall import dev.tar.gz -s live.db --strategy three-way --base base.tar.gz --conflicts conflicts.jsonl --dry-run' },
    { does: 'make the target what the archive is, without a question', command: 'holdall import app.tar.gz -s app.db --strategy replace --yes' },
    { does: 'into what a server holds, with the key that is in LOOM_TOKEN', command: 'holdall import backup.json --server https://loom.example --token-env LOOM_TOKEN' },
    { does: 'from a pipe', command: 'gpg -d app.tar.gz.gpg | holdall import - -s app.db' },
  ],
  exits: [EXIT.rejects, EXIT.conflict, EXIT.verification, EXIT.schema, EXIT.notFound, EXIT.locked, EXIT.wrongKey, EXIT.notPermitted, EXIT.storage],
  results: [
    { when: null, fields: IMPORT_FIELDS },
    { when: 'with --validate-only', fields: VALIDATION_FIELDS },
    { when: 'with --server', fields: REMOTE_IMPORT_FIELDS },
    { when: 'with --server --validate-only', fields: REMOTE_VALIDATION_FIELDS },
  ],
  run: async (context) => {
    const { host, chooseTarget, values, globals, args, printer, onProgress, interactive } = context
    const dryRun = values.dryRun === true
    if (dryRun && values.validateOnly === true) throw new HoldallError('USAGE', { message: '--dry-run and --validate-only exclude each other' })
    const input = inputPath(args[0] ?? '-', host)
    const target = await chooseTarget(values)
    if (values.validateOnly === true && target === null) {
      return verifyOutcome('import', input, await verifyArchive({ input, stdin: host.stdin, format: values.format, signal: host.signal, onProgress }))
    }
    const chosen = requireTarget(target, 'import')
    if (chosen.kind === 'server') return importRemotely(chosen, input, context)
    const { setting } = chosen
    const file = (path: string | undefined): string | undefined => (path === undefined ? undefined : fromFolder(host.cwd, path))
    const options: ImportOptions = {
      input,
      stdin: host.stdin,
      store: setting.location,
      profile: setting.profile,
      keyStore: file(values.keyStore) ?? setting.keyStore,
      format: values.format,
      create: values.create,
      strategy: values.strategy,
      onConflict: values.onConflict,
      match: values.match,
      prune: values.prune,
      include: values.include,
      exclude: values.exclude,
      triggers: values.triggers,
      onUnresolved: values.onUnresolved,
      base: file(values.base),
      onError: values.onError,
      rejects: file(values.rejects),
      conflicts: file(values.conflicts),
      resolutions: file(values.resolutions),
      overwrite: values.overwrite,
      conversions: values.convert,
      lockTimeout: values.lockTimeout,
      examples: values.show,
      signal: host.signal,
      onProgress,
      // A question cannot be answered where standard input is the archive.
      confirm: async (question) => confirmDeletions(question, { host, printer, yes: globals.yes === true, interactive: interactive && input !== '-' }),
    }
    if (values.validateOnly === true) return verifyOutcome('import', input, await validateImport(options))
    keepHeapSmall(options.store)
    const report = dryRun ? await planImport(options) : await runImport(options)
    return importOutcome('import', report, dryRun || values.show !== undefined)
  },
})
