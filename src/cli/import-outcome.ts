import { EXIT } from '../errors/catalogue.js'
import { conflictError } from '../transfer/conflict-error.js'
import type { ImportReport } from '../transfer/import-options.js'
import type { Outcome } from './command.js'
import { importJson } from './reports/import-json.js'
import { importText } from './reports/import-text.js'

/** What `import` and `copy` end with. */
export function importOutcome(command: 'import' | 'copy', report: ImportReport, examples: boolean): Outcome {
  return {
    kind: report.dryRun ? 'answer' : 'summary',
    json: importJson(command, report),
    text: (style) => importText(report, { style, examples }),
    to: 'stdout',
    exitCode: report.totals.rejected > 0 ? EXIT.rejects : EXIT.done,
    // A dry run ends as the import would end.
    failure: conflictError(report.tables, report.files.conflicts),
    notes: report.notes,
  }
}
