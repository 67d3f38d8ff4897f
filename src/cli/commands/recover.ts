import { recoverArchive } from '../../archive/recover-archive.js'
import { EXIT } from '../../errors/catalogue.js'
import { defineCommand } from '../command.js'
import { fromFolder } from '../from-folder.js'
import { OUTPUT, OVERWRITE } from '../options/store-options.js'
import { isWhole, RECOVER_FIELDS, recoverJson, recoverText } from '../reports/recover-report.js'
import { requireFile } from '../require-file.js'
import { requireValue } from '../require-value.js'

export const RECOVER = defineCommand({
  name: 'recover',
  summary: 'save what is whole in a damaged archive',
  description: 'Writes every chunk that is whole in a damaged archive into a new archive, and lists what is lost. The damaged file stays as it is.',
  args: [{ name: 'broken', means: 'the damaged archive', required: true }],
  options: { output: OUTPUT, overwrite: OVERWRITE },
  examples: [{ does: 'save what can be saved', command: 'holdall recover app.tar.gz --output saved.tar.gz' }],
  exits: [EXIT.rejects, EXIT.verification, EXIT.notFound, EXIT.storage],
  results: [{ when: null, fields: RECOVER_FIELDS }],
  run: async ({ host, values, args }) => {
    const output = fromFolder(host.cwd, requireFile('--output', requireValue(OUTPUT, values.output, 'recover')))
    const broken = fromFolder(host.cwd, requireFile('broken', args[0] ?? ''))
    const report = await recoverArchive(broken, output, { overwrite: values.overwrite, signal: host.signal })
    return {
      kind: 'summary',
      json: recoverJson(broken, output, report),
      text: (style) => recoverText(broken, output, report, style),
      to: 'stdout',
      exitCode: isWhole(report) ? EXIT.done : EXIT.rejects,
      failure: null,
      notes: [],
    }
  },
})
