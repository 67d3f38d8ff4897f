import { EXIT } from '../../errors/catalogue.js'
import { HoldallError } from '../../errors/holdall-error.js'
import { copyStore, planCopy, type CopyOptions } from '../../transfer/copy-store.js'
import { defineCommand } from '../command.js'
import { confirmDeletions } from '../confirm-deletions.js'
import { fromFolder } from '../from-folder.js'
import { importOutcome } from '../import-outcome.js'
import { keepHeapSmall } from '../keep-heap-small.js'
import { COPY_OPTIONS } from '../options/import-options.js'
import { IMPORT_FIELDS } from '../reports/import-json.js'

export const COPY = defineCommand({
  name: 'copy',
  summary: 'copy a database into another, of either engine, without a file',
  description:
    'Copies the rows of one database into another, by the same rules as an import of an archive and without a file between them: one snapshot is read, ' +
    'one transaction is written, all or nothing. Doing it again changes nothing.',
  args: [
    { name: 'from', means: 'the database to read: a path, a URL, or a name in holdall.yaml', required: true },
    { name: 'to', means: 'the database to write', required: true },
  ],
  options: COPY_OPTIONS,
  examples: [
    { does: 'a SQLite file into a new PostgreSQL database', command: 'holdall copy app.db postgres://app@db.example/app --create' },
    { does: 'what staging would get from production', command: 'holdall copy production staging --dry-run' },
    { does: 'some tables, the target wins where both have a row', command: 'holdall copy production staging --include products,prices --strategy skip' },
  ],
  exits: [EXIT.rejects, EXIT.conflict, EXIT.schema, EXIT.notFound, EXIT.locked, EXIT.wrongKey, EXIT.notPermitted, EXIT.storage],
  results: [{ when: null, fields: IMPORT_FIELDS }],
  run: async ({ host, resolveStore, values, globals, args, printer, onProgress, interactive }) => {
    const [from, to] = [args[0] ?? '', args[1] ?? '']
    if (from === '-' || to === '-') throw new HoldallError('USAGE', { message: 'copy works on databases, not on streams' })
    const source = await resolveStore(from, values.profile)
    const target = await resolveStore(to, values.profile)
    const file = (path: string | undefined): string | undefined => (path === undefined ? undefined : fromFolder(host.cwd, path))
    const { dryRun, show, convert, base, rejects, conflicts, keyStore, profile: _profile, ...rest } = values
    const options: CopyOptions = {
      ...rest,
      from: source.location,
      fromProfile: source.profile,
      store: target.location,
      profile: target.profile.name === null ? source.profile : target.profile,
      keyStore: file(keyStore) ?? target.keyStore,
      base: file(base),
      rejects: file(rejects),
      conflicts: file(conflicts),
      conversions: convert,
      examples: show,
      signal: host.signal,
      onProgress,
      confirm: async (question) => confirmDeletions(question, { host, printer, yes: globals.yes === true, interactive }),
    }
    keepHeapSmall(options.store)
    const report = dryRun === true ? await planCopy(options) : await copyStore(options)
    return importOutcome('copy', report, dryRun === true || show !== undefined)
  },
})
