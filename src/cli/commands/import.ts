import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { STRATEGIES } from '../../stores/import-table.js'
import { UNRESOLVED } from '../../stores/unresolved.js'
import type { ImportOptions, ImportReport } from '../../transfer/import-options.js'
import { planImport, runImport } from '../../transfer/run-import.js'
import { verifyArchive } from '../../transfer/verify-archive.js'
import { defineCommand, type Outcome } from '../command.js'
import { confirmReplace } from '../confirm-replace.js'
import { inputPath } from '../input-path.js'
import { switchOption, valueOption } from '../options/option.js'
import { parseChoice } from '../options/parse-choice.js'
import { parseWait } from '../options/parse-duration.js'
import { parseWholeNumber } from '../options/parse-whole-number.js'
import { CONVERT, EXCLUDE, INCLUDE, STORE } from '../options/store-options.js'
import { IMPORT_FIELDS, importJson } from '../reports/import-json.js'
import { importText } from '../reports/import-text.js'
import { formatRows } from '../text/quantities.js'
import { VERIFY_FIELDS } from '../reports/verify-report.js'
import { requireValue } from '../require-value.js'
import { verifyOutcome } from '../verify-outcome.js'

export const IMPORT = defineCommand({
  name: 'import',
  summary: 'bring an archive into a database, all or nothing',
  description:
    'Brings the rows of an archive or JSON document into a database, in one transaction: all of it, or nothing. ' +
    'Rows are matched by primary key. Importing the same archive again changes nothing.',
  args: [{ name: 'archive', means: 'an archive or a JSON document; - is standard input', required: true }],
  options: {
    store: STORE,
    create: switchOption({ name: 'create', means: 'make the tables: in a SQLite file that is not there yet, or in a database that lacks them' }),
    strategy: valueOption({
      name: 'strategy',
      value: 'STRATEGY',
      means: 'what happens to rows on both sides: merge (the archive wins), skip (the target wins), replace (and what the archive lacks goes), fail-on-conflict',
      otherwise: 'merge',
      parse: parseChoice(STRATEGIES),
    }),
    dryRun: switchOption({ name: 'dry-run', short: 'n', means: 'do it all, say what it came to, and roll back' }),
    validateOnly: switchOption({ name: 'validate-only', means: 'check the input alone; no database is touched' }),
    triggers: valueOption({
      name: 'triggers',
      value: 'MODE',
      means: "the target's own triggers: silence or fire",
      otherwise: 'silence',
      parse: parseChoice(['silence', 'fire']),
    }),
    onUnresolved: valueOption({
      name: 'on-unresolved',
      value: 'ACTION',
      means: 'rows that refer to a row which is neither in the archive nor in the target: fail, or keep them as they are (SQLite only)',
      otherwise: 'fail',
      parse: parseChoice(UNRESOLVED),
    }),
    convert: CONVERT,
    lockTimeout: valueOption({
      name: 'lock-timeout',
      value: 'DURATION',
      means: 'how long to wait for others that hold the tables: 500ms, 10s, 2m',
      otherwise: '10s',
      parse: parseWait,
    }),
    include: INCLUDE,
    exclude: EXCLUDE,
    format: valueOption({
      name: 'format',
      short: 'f',
      value: 'FORMAT',
      means: 'what the input is: auto, archive or json',
      otherwise: 'auto, by its first bytes',
      parse: parseChoice(['auto', 'archive', 'json']),
    }),
    show: valueOption({ name: 'show', value: 'N', means: 'rows of each class to show a table', otherwise: '3, in a dry run', parse: parseWholeNumber(0, 1000) }),
  },
  examples: [
    { does: 'into a new SQLite file', command: 'holdall import app.tar.gz --store copy.db --create' },
    { does: 'what a merge would change', command: 'holdall import app.tar.gz --store postgres://app@db.example/app --dry-run' },
    { does: 'make the target what the archive is, without a question', command: 'holdall import app.tar.gz -s app.db --strategy replace --yes' },
    { does: 'from a pipe', command: 'gpg -d app.tar.gz.gpg | holdall import - -s app.db' },
  ],
  exits: [EXIT.rejects, EXIT.conflict, EXIT.verification, EXIT.schema, EXIT.notFound, EXIT.locked, EXIT.notPermitted, EXIT.storage],
  results: [
    { when: null, fields: IMPORT_FIELDS },
    { when: 'with --validate-only', fields: VERIFY_FIELDS },
  ],
  run: async ({ host, resolveStore, values, globals, args, printer, onProgress, interactive }) => {
    const dryRun = values.dryRun === true
    if (dryRun && values.validateOnly === true) throw new HoldallError('USAGE', { message: '--dry-run and --validate-only exclude each other' })
    if (values.create === true && values.strategy === 'replace') {
      throw new HoldallError('USAGE', { message: '--create and --strategy replace exclude each other: new tables hold nothing to replace' })
    }
    const input = inputPath(args[0] ?? '-', host)
    if (values.validateOnly === true) {
      return verifyOutcome('import', input, await verifyArchive({ input, stdin: host.stdin, format: values.format, signal: host.signal, onProgress }))
    }
    const setting = await resolveStore(requireValue(STORE, values.store, 'import'))
    const options: ImportOptions = {
      input,
      stdin: host.stdin,
      store: setting.location,
      profile: setting.profile,
      format: values.format,
      create: values.create,
      strategy: values.strategy,
      include: values.include,
      exclude: values.exclude,
      triggers: values.triggers,
      onUnresolved: values.onUnresolved,
      conversions: values.convert,
      lockTimeout: values.lockTimeout,
      examples: values.show,
      signal: host.signal,
      onProgress,
      // A question cannot be answered where standard input is the archive.
      confirm: async (question) => confirmReplace(question, { host, printer, yes: globals.yes === true, interactive: interactive && input !== '-' }),
    }
    const report = dryRun ? await planImport(options) : await runImport(options)
    return importOutcome(report, dryRun || values.show !== undefined)
  },
})

function importOutcome(report: ImportReport, examples: boolean): Outcome {
  return {
    kind: report.dryRun ? 'answer' : 'summary',
    json: importJson(report),
    text: (style) => importText(report, { style, examples }),
    to: 'stdout',
    exitCode: report.totals.rejected > 0 ? EXIT.rejects : EXIT.done,    failure: importFailure(report),
    notes: report.notes,
  }
}

/** A dry run ends as the import would end. */
function importFailure(report: ImportReport): HoldallError | null {
  const { conflicting } = report.totals
  if (conflicting === 0) return null
  return new HoldallError('CONFLICT', {
    message: `${formatRows(conflicting)} of the archive ${conflicting === 1 ? 'is' : 'are'} already in the target`,
    details: report.tables.filter((tally) => tally.conflicting > 0).map((tally) => `${tally.table}: ${formatRows(tally.conflicting)}`),
  })
}
