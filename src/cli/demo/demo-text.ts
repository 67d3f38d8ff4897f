import type { ConflictSide } from '../../stores/import-table.js'
import type { Counts, ImportReport } from '../../transfer/import-options.js'
import { identityText } from '../reports/identity-report.js'
import { formatCount as count, formatDuration as seconds, formatSize as bytes } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import type { DemoReport } from './run-demo.js'

/** The demo's story, for people. */
export function demoText(report: DemoReport, style: Style): string {
  const { exported, imported, compared, again, both } = report
  const { person } = report.office
  const [column = ''] = both.conflict.columns
  const value = (side: ConflictSide): string => JSON.stringify(side?.[column] ?? null)
  const heading = (text: string): string => style.bold(text)
  return [
    heading(`1. A sample database: ${report.folder}/sample.db`),
    `   ${count(exported.rows)} rows in ${exported.tables.length} tables: composite keys, 64-bit integers, blobs, JSON, full text, any class in any column, and`,
    ...report.cycles.map(({ tables, broken }) => `   - a cycle of ${tables.join(' and ')}: ${broken}`),
    '',
    heading(`2. holdall export --store sample.db --output sample.tar.gz  (${bytes(exported.bytes)}, ${seconds(exported.seconds)})`),
    ...report.members.map(({ path, size }) => `   ${path}  ${bytes(size)}`),
    `   left out, and said so: ${exported.leftOut.map(({ kind, name }) => `${kind} ${name}`).join(', ') || 'nothing'}`,
    `   a row of ledger, as jq sees it: ${report.sampleRow}`,
    '',
    heading('3. holdall verify sample.tar.gz'),
    `   ${report.verified.members} members, every checksum, every row, every reference: whole`,
    '',
    heading('4. holdall import sample.tar.gz --store restored.db --create'),
    `   the dry run said ${count(report.planned.totals.new)} new rows; the import wrote ${count(imported.totals.new)} in one transaction (${seconds(imported.seconds)})`,
    ...compared.map(({ table, rows, same }) => `   ${same ? 'same' : 'DIFFERENT'}  ${table} (${count(rows)} rows)`),
    `   the next team got the id ${report.nextTeam}`,
    '',
    heading('5. The same import again'),
    `   unchanged: ${count(again.totals.unchanged)}, new: ${again.totals.new}, changed: ${again.totals.changed}`,
    '',
    heading('6. A database with other ids: holdall import sample.tar.gz --store office.db'),
    `   people are recognised by ${identityOf(report.office.merged, 'people')}, teams by ${identityOf(report.office.merged, 'teams')}: the dry run said ${outcome(report.office.planned.totals)},`,
    `   and so it was; ${person.email} is ${person.there} in the archive and ${person.here} in the office, where ${person.orders} orders refer to that person now`,
    `   the same import again: ${outcome(report.office.again.totals)}`,
    '',
    heading('7. What both changed: holdall import there.tar.gz --store sample.db --strategy three-way --conflicts conflicts.jsonl'),
    `   sample.db and restored.db were worked with since sample.tar.gz, which is found as their base: ${outcome(both.planned.totals)}`,
    `   ${both.conflict.key}, ${column}: it was ${value(both.conflict.base)}, here it is ${value(both.conflict.ours)}, there ${value(both.conflict.theirs)}`,
    `   decided for theirs in a copy of conflicts.jsonl, and passed with --resolutions: ${outcome(both.merged.totals)}`,
    `   the same import again: ${outcome(both.again.totals)}`,
    '',
    `Look into it:  tar tzf ${report.folder}/sample.tar.gz`,
    `               tar xzOf ${report.folder}/sample.tar.gz --wildcards '*/data/people/*' | jq -c 'select(.settings | fromjson | .theme == "dark") | .name' | head`,
    '',
  ].join('\n')
}

/** `2 new, 8 unchanged` */
function outcome(totals: Counts): string {
  const classes = ['new', 'changed', 'unchanged', 'kept', 'deleted', 'conflicting', 'rejected'] as const
  return classes.filter((name) => totals[name] > 0).map((name) => `${count(totals[name])} ${name}`).join(', ')
}

function identityOf(report: ImportReport, id: string): string {
  const tally = report.tables.find(({ table }) => table === id)
  return tally === undefined ? '' : identityText(tally.identity)
}
