import { CATALOGUE, EXIT } from '../errors/catalogue.js'
import { HoldallError } from '../errors/holdall-error.js'
import type { VerifyReport } from '../transfer/verify-report.js'
import type { Outcome } from './command.js'
import { verifyJson, verifyText } from './reports/verify-report.js'

/** What `verify` and `import --validate-only` end with: damage is an answer and a failure. */
export function verifyOutcome(command: 'verify' | 'import', input: string, report: VerifyReport): Outcome {
  return {
    // That an archive is whole is what --quiet need not say: the exit code does.
    kind: report.ok ? 'summary' : 'answer',
    json: verifyJson(command, input, report),
    text: (style) => verifyText(input, report, style),
    to: 'stdout',
    exitCode: EXIT.done,    failure: verifyFailure(input, report),
    notes: report.notes,
  }
}

const DANGLING = 'They led nowhere in the database already, or the table was left out: SQLite takes such rows with `holdall import --on-unresolved keep`.'

function verifyFailure(input: string, report: VerifyReport): HoldallError | null {
  const [first] = report.findings
  if (report.ok || first === undefined) return null
  const count = report.findings.length
  // Whatever is wrong inside it, the archive is what failed, so the exit code is that of a damaged archive.
  const code = CATALOGUE[first.code].exitCode === EXIT.verification ? first.code : 'ARCHIVE_CORRUPT'
  return new HoldallError(code, {
    ...first.place,
    archive: input,
    ...(report.findings.every(({ code }) => code === 'REFERENCE_UNRESOLVED') ? { hint: DANGLING } : {}),
    message: count === 1 ? first.message : `${count} findings; the first: ${first.message}`,
  })
}
