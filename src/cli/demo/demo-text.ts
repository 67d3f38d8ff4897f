import { formatCount as count, formatDuration as seconds, formatSize as bytes } from '../text/quantities.js'
import type { Style } from '../text/style.js'
import type { DemoReport } from './run-demo.js'

/** The demo's story, for people. */
export function demoText(report: DemoReport, style: Style): string {
  const { exported, imported, compared, again } = report
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
    `Look into it:  tar tzf ${report.folder}/sample.tar.gz`,
    `               tar xzOf ${report.folder}/sample.tar.gz --wildcards '*/data/people/*' | jq -c 'select(.settings | fromjson | .theme == "dark") | .name' | head`,
    '',
  ].join('\n')
}
