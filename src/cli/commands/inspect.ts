import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { inspectArchive } from '../../transfer/inspect-archive.js'
import { inspectStore } from '../../transfer/inspect-store.js'
import { defineCommand } from '../command.js'
import { fromFolder } from '../from-folder.js'
import { MATCH, PROFILE, STORE } from '../options/store-options.js'
import { requireFile } from '../require-file.js'
import { ARCHIVE_FIELDS, archiveJson, archiveText } from '../reports/archive-summary.js'
import { STORE_FIELDS, storeJson } from '../reports/store-json.js'
import { storeText } from '../reports/store-text.js'

export const INSPECT = defineCommand({
  name: 'inspect',
  summary: 'say what an archive or a database holds',
  description:
    'Says what an archive holds and where it comes from, reading no rows; or, with --store and no archive, what a database holds: ' +
    'tables, keys, references, by what an import recognises the rows of each table, cycles and how it breaks each, and what an export leaves out.',
  args: [{ name: 'archive', means: 'the archive', required: false }],
  options: { store: STORE, profile: PROFILE, match: MATCH },
  examples: [
    { does: 'an archive', command: 'holdall inspect app.tar.gz' },
    { does: 'a database', command: 'holdall inspect --store app.db' },
    { does: 'a database whose users are recognised by their address', command: 'holdall inspect --store app.db --match users=email' },
    { does: 'the rows of each table of an archive, for a script', command: "holdall inspect app.tar.gz --json | jq -r '.tables[] | [.table, .rows] | @tsv'" },
  ],
  exits: [EXIT.verification, EXIT.notFound, EXIT.locked, EXIT.notPermitted, EXIT.storage],
  results: [
    { when: 'of an archive', fields: ARCHIVE_FIELDS },
    { when: 'of a database', fields: STORE_FIELDS },
  ],
  run: async ({ host, resolveStore, values, typed, args: [archive] }) => {
    if (archive !== undefined) {
      if (typed(STORE) !== null) throw new HoldallError('USAGE', { message: 'an archive and --store exclude each other' })
      if (typed(MATCH) !== null) throw new HoldallError('USAGE', { message: '--match needs --store: it is about the rows of a database' })
      if (typed(PROFILE) !== null) throw new HoldallError('USAGE', { message: '--profile needs --store: an archive names its own' })
      const summary = await inspectArchive({ input: fromFolder(host.cwd, requireFile('archive', archive)), signal: host.signal })
      return { kind: 'answer', json: archiveJson(summary), text: (style) => archiveText(summary, style), to: 'stdout', exitCode: EXIT.done, failure: null, notes: [] }
    }
    if (values.store === undefined) {
      throw new HoldallError('USAGE', { message: 'neither an archive nor --store is given', hint: 'See `holdall inspect --help`.' })
    }
    const setting = await resolveStore(values.store, values.profile)
    const summary = await inspectStore({ store: setting.location, profile: setting.profile, match: values.match, signal: host.signal })
    return { kind: 'answer', json: storeJson(summary), text: (style) => storeText(summary, style), to: 'stdout', exitCode: EXIT.done, failure: null, notes: [] }
  },
})
