import { describePlace } from '../../errors/holdall-error.js'
import type { VerifyReport } from '../../transfer/verify-report.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'
import { alignTable } from '../text/align-table.js'
import { printable } from '../text/printable.js'
import { formatCount, formatDuration, formatSize } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import { placeJson } from './failure.js'

export const VERIFY_FIELDS: readonly Field[] = Object.freeze([
  { path: 'input', type: 'string', means: 'the file, or `-`' },
  { path: 'ok', type: 'boolean', means: 'true: nothing was found to be wrong' },
  { path: 'findings[].code', type: 'string', means: 'what is wrong, a code of ERRORS.md' },
  { path: 'findings[].message', type: 'string', means: 'what is wrong, in a sentence' },
  { path: 'findings[].place', type: 'object', means: 'where: any of `archive`, `member`, `table`, `row`, `key`, `column`' },
  { path: 'tables[].table', type: 'string', means: 'id of the table' },
  { path: 'tables[].rows', type: 'number', means: 'rows read' },
  { path: 'notes[]', type: 'string', means: 'what is no fault and worth knowing' },
  { path: 'members', type: 'number', means: 'members read' },
  { path: 'bytes', type: 'number', means: 'bytes read' },
  { path: 'seconds', type: 'number', means: 'how long it took' },
])

/** What `import --validate-only` tells. */
export const VALIDATION_FIELDS: readonly Field[] = Object.freeze([{ path: 'status', type: 'string', means: '`validation`' }, ...VERIFY_FIELDS])

export function verifyJson(command: 'verify' | 'import', input: string, report: VerifyReport): JsonObject {
  return {
    message_type: 'result',
    command,
    ...(command === 'import' ? { status: 'validation' } : {}),
    input,
    ok: report.ok,
    findings: report.findings.map(({ code, message, place }) => ({ code, message, place: placeJson(place) })),
    tables: report.tables.map(({ table, rows }) => ({ table, rows })),
    notes: report.notes,
    members: report.members,
    bytes: report.bytes,
    seconds: report.seconds,
  }
}

export function verifyText(input: string, report: VerifyReport, style: Style): string {
  const table = alignTable(
    [
      { title: 'table', align: 'left' },
      { title: 'rows', align: 'right' },
    ],
    report.tables.map(({ table: name, rows }) => [name, formatCount(rows)]),
    style,
  )
  const findings = report.findings.map(({ code, message, place }) => {
    const where = describePlace(place)
    return `  ${style.red(code)} ${printable(where === '' ? message : `${message} (${where})`)}`
  })
  const read = `${formatCount(report.members)} members, ${formatSize(report.bytes)}, ${formatDuration(report.seconds)}`
  const name = printable(input === '-' ? 'standard input' : input)
  // Rows that were broken in the database itself are no damage to the archive.
  const damaged = report.findings.some(({ code }) => code !== 'REFERENCE_UNRESOLVED')
  const verdict = report.ok ? style.green(`${name} is whole`) : style.red(damaged ? `${name} is damaged` : `${name} is whole, but references in it lead nowhere`)
  return `${[...table, '', `${verdict} (${read}).`, ...findings].join('\n')}\n`
}
