import { EXIT } from '../../errors/catalogue.js'
import { defineCommand } from '../command.js'
import { demoText } from '../demo/demo-text.js'
import { runDemo } from '../demo/run-demo.js'

export const DEMO = defineCommand({
  name: 'demo',
  summary: 'show the main job on a sample database',
  description: 'Makes a small but rich SQLite database in a temporary folder, exports it, shows the archive, restores it into a second database, compares both by content, merges it into a third that has other ids, and merges two that were both changed.',
  args: [],
  options: {},
  examples: [{ does: 'see what Holdall does', command: 'holdall demo' }],
  exits: [EXIT.verification],
  results: [
    {
      when: null,
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
  ],
  run: async ({ host, onProgress }) => {
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
  },
})
