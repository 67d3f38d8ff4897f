import { EXIT } from '../../errors/catalogue.js'
import { defineCommand } from '../command.js'
import { demoText } from '../demo/demo-text.js'
import { runDemo } from '../demo/run-demo.js'

export const DEMO = defineCommand({
  name: 'demo',
  summary: 'show the main job on a sample database',
  description: 'Makes a small but rich SQLite database in a temporary folder, exports it, shows the archive, restores it into a second database, and compares both by content.',
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
      },
      text: (style) => demoText(report, style),
      to: 'stdout',
      exitCode: EXIT.done,
      failure: null,
      notes: [],
    }
  },
})
