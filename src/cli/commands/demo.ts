import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { defineCommand, type CommandContext, type Outcome } from '../command.js'
import { DEMO_OPTIONS } from '../demo/demo-command-options.js'
import { createdLoomText } from '../demo/loom/created-loom-text.js'
import { createLoom } from '../demo/loom/create-loom.js'
import { demoText } from '../demo/demo-text.js'
import { runDemo } from '../demo/run-demo.js'
import { requireValue } from '../require-value.js'

export const DEMO = defineCommand({
  name: 'demo',
  summary: 'show the main job on a sample database, or make the example database of an application',
  description: 'Makes a small but rich SQLite database in a temporary folder, exports it, shows the archive, restores it into a second database, compares both by content, merges it into a third that has other ids, and merges two that were both changed. With --profile it makes one database and leaves it to you.',
  args: [],
  options: DEMO_OPTIONS,
  examples: [
    { does: 'see what Holdall does', command: 'holdall demo' },
    { does: 'a Loom that has worked for some weeks', command: 'holdall demo --profile loom --store loom.db' },
    { does: 'one that was just started, to import into', command: 'holdall demo --profile loom --store postgres://loom@db.example/loom --content started --seed 2' },
  ],
  exits: [EXIT.conflict, EXIT.verification, EXIT.notFound, EXIT.locked, EXIT.notPermitted, EXIT.storage],
  results: [
    {
      when: 'without --profile',
      fields: [
        { path: 'folder', type: 'string', means: 'where the two databases and the archive are' },
        { path: 'rows', type: 'number', means: 'rows exported' },
        { path: 'tables[].table', type: 'string', means: 'table compared' },
        { path: 'tables[].rows', type: 'number', means: 'its rows' },
        { path: 'tables[].same', type: 'boolean', means: 'whether both databases hold the same rows' },
        { path: 'unchanged', type: 'number', means: 'rows a second import found as they were' },
        { path: 'merge.new', type: 'number', means: 'rows that were new to a database with other ids' },
        { path: 'merge.changed', type: 'number', means: 'rows that it knew and that differed' },
        { path: 'merge.unchanged_again', type: 'number', means: 'rows that the same merge again found as they were' },
        { path: 'three_way.conflicting', type: 'number', means: 'rows that both databases changed in the same column' },
        { path: 'three_way.new', type: 'number', means: 'rows taken once these were decided' },
        { path: 'three_way.changed', type: 'number', means: 'rows changed' },
        { path: 'three_way.deleted', type: 'number', means: 'rows deleted, as they were there' },
      ],
    },
    {
      when: 'with --profile',
      fields: [
        { path: 'store', type: 'string', means: 'the database that was made' },
        { path: 'profile', type: 'string', means: 'the application it is of' },
        { path: 'content', type: 'string', means: 'sample, started or empty' },
        { path: 'rows', type: 'number', means: 'rows in all tables' },
        { path: 'tables[].table', type: 'string', means: 'table' },
        { path: 'tables[].rows', type: 'number', means: 'its rows' },
      ],
    },
  ],
  // What a variable says, such as HOLDALL_STORE of a script, does not turn the show into a database.
  run: async (context) => (Object.values(DEMO_OPTIONS).some((option) => context.typed(option) !== null) ? make(context) : show(context)),
})

async function make({ host, values, resolveStore }: CommandContext<typeof DEMO_OPTIONS>): Promise<Outcome> {
  const profile = requireValue(DEMO_OPTIONS.profile, values.profile, 'demo')
  if (profile !== 'loom') throw new HoldallError('USAGE', { message: `there is no example database of ${profile}`, hint: 'There is one of loom.' })
  const store = await resolveStore(requireValue(DEMO_OPTIONS.store, values.store, 'demo'), undefined)
  const content = values.content ?? 'sample'
  const created = await createLoom(store.location, { rows: values.rows ?? 10_000, content, seed: values.seed, signal: host.signal })
  return {
    kind: 'summary',
    json: { message_type: 'result', command: 'demo', store: created.store, profile, content, rows: created.rows, tables: created.tables.map(({ table, rows }) => ({ table, rows })) },
    text: (style) => createdLoomText(created, style),
    to: 'stdout',
    exitCode: EXIT.done,
    failure: null,
    notes: [],
  }
}

async function show({ host, onProgress }: CommandContext<typeof DEMO_OPTIONS>): Promise<Outcome> {
  const report = await runDemo({ signal: host.signal, onProgress })
  return {
    kind: 'answer',
    json: {
      message_type: 'result',
      command: 'demo',
      folder: report.folder,
      rows: report.exported.rows,
      tables: report.compared.map(({ table, rows, same }) => ({ table, rows, same })),
      unchanged: report.again.totals.unchanged,
      merge: { new: report.office.merged.totals.new, changed: report.office.merged.totals.changed, unchanged_again: report.office.again.totals.unchanged },
      three_way: {
        conflicting: report.both.planned.totals.conflicting,
        new: report.both.merged.totals.new,
        changed: report.both.merged.totals.changed,
        deleted: report.both.merged.totals.deleted,
      },
    },
    text: (style) => demoText(report, style),
    to: 'stdout',
    exitCode: EXIT.done,
    failure: null,
    notes: [],
  }
}
