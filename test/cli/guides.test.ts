import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { missingTools } from '../missing-tools.js'
import { createDatabase } from '../postgres/database.js'
import { divergedDatabases } from './diverged.js'
import { testFolder } from './folder.js'
import { sampleDatabase } from './sample.js'

const GUIDES = ['backup-and-restore', 'subsets', 'move-to-another-engine', 'automation', 'merge', 'compare', 'loom'] as const

/** Every `sh` block of a guide, in their order, as one script. */
function script(guide: string): string {
  const text = readFileSync(new URL(`../../docs/guides/${guide}.md`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? '').join('\n')
}

const missing = missingTools('the commands of the guides', ['bash', 'jq', 'tar', 'sha256sum'])

test.skipIf(missing.length > 0).each(GUIDES)('the commands of docs/guides/%s.md work', async (guide) => {
  const folder = testFolder()
  sampleDatabase(join(folder, 'app.db'))
  await divergedDatabases(folder)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
  writeFileSync(join(bin, 'holdall'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(bin, 'holdall'), 0o755)
  const database = await createDatabase()
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, DATABASE_URL: database.url }
  const lines = script(guide)
  expect(lines).toContain('holdall export')
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', lines], { cwd: folder, env })
  expect(stdout).not.toBe('')
})
