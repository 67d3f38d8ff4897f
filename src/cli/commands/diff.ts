import { EXIT } from '../../errors/catalogue.js'
import { emptyProfile } from '../../profiles/profile.js'
import type { ResolvedStore } from '../../profiles/resolve-store.js'
import { diff } from '../../transfer/diff/diff.js'
import { defineCommand } from '../command.js'
import { inputPath } from '../input-path.js'
import { valueOption } from '../options/option.js'
import { parseWholeNumber } from '../options/parse-whole-number.js'
import { EXCLUDE, INCLUDE, MATCH, PROFILE } from '../options/store-options.js'
import { DIFF_FIELDS, diffJson } from '../reports/diff-json.js'
import { diffText } from '../reports/diff-text.js'

const SIDE = 'an archive, a JSON document, or a database: a path, a URL, or a name in holdall.yaml'

export const DIFF = defineCommand({
  name: 'diff',
  summary: 'say what differs between two archives or databases',
  description:
    'Says what differs between two sides, of whatever engine: which rows only one side has, and which differ and where. Rows are the same rows by ' +
    'their identity, as in an import of A into B, so that ids which each database gave for itself are no difference. Nothing is changed.',
  args: [
    { name: 'a', means: `${SIDE}; - is an archive or document on standard input`, required: true },
    { name: 'b', means: 'the same', required: true },
  ],
  options: {
    profile: PROFILE,
    match: MATCH,
    include: INCLUDE,
    exclude: EXCLUDE,
    show: valueOption({ name: 'show', value: 'N', means: 'rows of each kind of difference to show a table', otherwise: '3', parse: parseWholeNumber(0, 1_000_000) }),
  },
  examples: [
    { does: 'what has changed since the backup', command: 'holdall diff app.tar.gz app.db' },
    { does: 'two databases of different engines', command: 'holdall diff app.db postgres://app@db.example/app' },
    { does: 'users alone, told apart by their address', command: 'holdall diff staging production --include users --match users=email' },
    { does: 'every changed row, for a script', command: "holdall diff app.tar.gz app.db --show 1000000 --json | jq -c '.tables[].examples[]'" },
  ],
  exits: [EXIT.verification, EXIT.notFound, EXIT.locked, EXIT.notPermitted, EXIT.storage],
  exitMeans: { [EXIT.done]: 'nothing differs', [EXIT.error]: 'they differ; where it failed instead, an error says so' },
  results: [{ when: null, fields: DIFF_FIELDS }],
  run: async ({ host, resolveStore, values, args, onProgress }) => {
    const side = async (typed = '-'): Promise<Pick<ResolvedStore, 'location' | 'profile'>> =>
      typed === '-' ? { location: inputPath(typed, host), profile: emptyProfile } : resolveStore(typed, values.profile)
    const a = await side(args[0])
    const b = await side(args[1])
    const report = await diff({
      a: a.location,
      b: b.location,
      stdin: host.stdin,
      profile: b.profile.name === null ? a.profile : b.profile,
      match: values.match,
      include: values.include,
      exclude: values.exclude,
      examples: values.show,
      signal: host.signal,
      onProgress,
    })
    return {
      // That nothing differs is what --quiet need not say: the exit code does.
      kind: report.same ? 'summary' : 'answer',
      json: diffJson(report),
      text: (style) => diffText(report, style),
      to: 'stdout',
      exitCode: report.same ? EXIT.done : EXIT.error,
      failure: null,
      notes: report.notes,
    }
  },
})
