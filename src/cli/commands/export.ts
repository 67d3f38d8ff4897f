import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { EXPORT_FORMATS } from '../../transfer/export-options.js'
import { exportStore } from '../../transfer/export-store.js'
import { isExportId } from '../../transfer/read-lineage.js'
import { defineCommand } from '../command.js'
import { fromFolder } from '../from-folder.js'
import { repeatableOption, switchOption, valueOption } from '../options/option.js'
import { parseChoice } from '../options/parse-choice.js'
import { parseConditions, splitLines } from '../options/parse-conditions.js'
import { parseFileName } from '../options/parse-file-name.js'
import { parseWholeNumber } from '../options/parse-whole-number.js'
import { EXCLUDE, INCLUDE, KEY_STORE, OVERWRITE, PROFILE, PROJECT, SINCE, STORE, UNTIL, WHERE } from '../options/store-options.js'
import { EXPORT_FIELDS, exportJson, exportText } from '../reports/export-report.js'
import { requireValue } from '../require-value.js'

const OUTPUT = valueOption({ name: 'output', short: 'o', value: 'FILE', means: 'the file to write; - is standard output', parse: parseFileName })

export const EXPORT = defineCommand({
  name: 'export',
  summary: 'write a database, or a part of it, into an archive',
  description:
    'Writes the rows of a database, as they are at one moment, into an archive that tar, gzip and jq open. The database is only read. ' +
    'The file appears under its name when it is complete and was read back, or not at all.',
  args: [],
  options: {
    store: STORE,
    profile: PROFILE,
    keyStore: KEY_STORE,
    output: OUTPUT,
    format: valueOption({
      name: 'format',
      short: 'f',
      value: 'FORMAT',
      means: 'archive, json or json-pretty (one JSON document)',
      otherwise: 'archive',
      parse: parseChoice(EXPORT_FORMATS),
    }),
    include: INCLUDE,
    exclude: EXCLUDE,
    where: WHERE,
    project: PROJECT,
    since: SINCE,
    until: UNTIL,
    subset: repeatableOption({
      name: 'subset',
      value: 'TABLE=CONDITION',
      means: 'these rows of the table, every row that refers to them, and all that these refer to; may be repeated (in the variable: one a line)',
      splitVariable: splitLines,
      parse: parseConditions,
    }),
    closure: switchOption({ name: 'closure', means: 'also the rows that exported rows refer to, so that the export stands on its own; not of tables named by --exclude' }),
    redact: switchOption({ name: 'redact', means: 'leave out what the profile calls secret: whole rows and columns, so that importing the export leaves those of the target as they are' }),
    derivedFrom: repeatableOption({
      name: 'derived-from',
      value: 'ARCHIVE_OR_ID',
      means: 'an archive or export id that this export descends from; may be repeated (in the variable: one a line)',
      splitVariable: splitLines,
      parse: (texts) => texts.map(parseFileName),
    }),
    compressionLevel: valueOption({
      name: 'compression-level',
      value: 'N',
      means: 'from 1 (fast) to 9 (small)',
      otherwise: '6',
      parse: parseWholeNumber(1, 9),
    }),
    compress: switchOption({ name: 'compress', means: 'compress a JSON document with gzip; an archive always is' }),
    overwrite: OVERWRITE,
  },
  examples: [
    { does: 'a whole SQLite file', command: 'holdall export --store app.db --output app.tar.gz' },
    { does: 'a PostgreSQL database without its logs', command: "holdall export --store postgres://app@db.example/app --exclude 'log_*' -o app.tar.gz" },
    { does: 'the orders of one customer, as JSON on standard output', command: "holdall export -s app.db --include orders --where 'orders=customer_id = 7' -f json -o -" },
    { does: 'one project of a Loom database, without secrets', command: 'holdall export -s loom.db --profile loom --project loom-self --redact -o project.tar.gz' },
    { does: 'all that belongs to one customer, with what it needs', command: "holdall export -s app.db --subset 'customers=id = 7' -o customer.tar.gz" },
  ],
  exits: [EXIT.verification, EXIT.notFound, EXIT.locked, EXIT.notPermitted, EXIT.storage],
  results: [{ when: null, fields: EXPORT_FIELDS }],
  run: async ({ host, resolveStore, values, onProgress }) => {
    const output = requireValue(OUTPUT, values.output, 'export')
    const store = requireValue(STORE, values.store, 'export')
    const { since, until, format } = values
    if (since !== undefined && until !== undefined && since >= until) {
      throw new HoldallError('USAGE', { message: `--since (${since.toISOString()}) is not before --until (${until.toISOString()})` })
    }
    const archive = (format ?? 'archive') === 'archive'
    if (output === '-' && host.stdout.isTTY === true && (archive || values.compress === true)) {
      throw new HoldallError('USAGE', { message: `${archive ? 'an archive' : 'what is compressed'} is not for a terminal`, hint: 'Redirect standard output, or pass --format json-pretty.' })
    }
    const setting = await resolveStore(store, values.profile)
    const report = await exportStore({
      store: setting.location,
      profile: setting.profile,
      output: fromFolder(host.cwd, output),
      stdout: host.stdout,
      format,
      compressionLevel: values.compressionLevel,
      compress: values.compress,
      keyStore: values.keyStore === undefined ? setting.keyStore : fromFolder(host.cwd, values.keyStore),
      include: values.include,
      exclude: values.exclude,
      where: values.where,
      project: values.project,
      redact: values.redact,
      since,
      until,
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
  },
})
