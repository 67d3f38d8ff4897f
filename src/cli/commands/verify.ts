import { EXIT } from '../../errors/catalogue.js'
import { verifyArchive } from '../../transfer/verify-archive.js'
import { defineCommand } from '../command.js'
import { inputPath } from '../input-path.js'
import { VERIFY_FIELDS } from '../reports/verify-report.js'
import { verifyOutcome } from '../verify-outcome.js'

export const VERIFY = defineCommand({
  name: 'verify',
  summary: 'prove that an archive is whole',
  description: 'Reads an archive from end to end: every checksum, every row against the schema, every reference. Names what is broken, and where.',
  args: [{ name: 'archive', means: 'the archive; - is standard input', required: true }],
  options: {},
  examples: [
    { does: 'say whether an archive is whole', command: 'holdall verify app.tar.gz' },
    { does: 'the places that are broken, for a script', command: "holdall verify app.tar.gz --json | jq '.findings[].place'" },
  ],
  exits: [EXIT.verification, EXIT.notFound, EXIT.storage],
  results: [{ when: null, fields: VERIFY_FIELDS }],
  run: async ({ host, args, onProgress }) => {
    const input = inputPath(args[0] ?? '-', host)
    return verifyOutcome('verify', input, await verifyArchive({ input, stdin: host.stdin, format: 'archive', signal: host.signal, onProgress }))
  },
})
