import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { missingTools } from '../missing-tools.js'
import { createDatabase } from '../postgres/database.js'
import { MAIN, serveProcess } from '../server/serve-process.js'
import { divergedDatabases } from './diverged.js'
import { testFolder } from './folder.js'
import { sampleDatabase } from './sample.js'

const GUIDES = ['backup-and-restore', 'subsets', 'move-to-another-engine', 'automation', 'merge', 'compare', 'loom'] as const

/** Every `sh` block of a guide, in their order, as one script. */
function script(guide: string): string {
  const text = readFileSync(new URL(`../../docs/guides/${guide}.md`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? '').join('\n')
}

/** A server of that Loom, on any free port; its database may come later. */
async function serveLoom(folder: string, name: string): Promise<string> {
  const config = join(folder, `${name}.yaml`)
  writeFileSync(config, `stores: { ${name}: { url: ${name}.db, profile: loom } }\nserver: { port: 0, limits: { exportsPerHour: 100, importsPerHour: 100 }, stateFile: ${name}-state.db, store: ${name} }\n`)
  const { line } = await serveProcess(MAIN, ['serve', '--config', config, '--json'], folder)
  return (JSON.parse(line) as { url: string }).url
}

const missing = missingTools('the commands of the guides', ['bash', 'jq', 'tar', 'sha256sum'])

test.skipIf(missing.length > 0).each(GUIDES)('the commands of docs/guides/%s.md work', async (guide) => {
  const folder = testFolder()
  sampleDatabase(join(folder, 'app.db'))
  await divergedDatabases(folder)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'holdall'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`)
  chmodSync(join(bin, 'holdall'), 0o755)
  const database = await createDatabase()
  const servers = guide === 'loom' ? { HOLDALL_SERVER: await serveLoom(folder, 'loom'), NEW_SERVER: await serveLoom(folder, 'new') } : {}
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, DATABASE_URL: database.url, ...servers }
  const lines = script(guide)
  expect(lines).toContain('holdall export')
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', lines], { cwd: folder, env })
  expect(stdout).not.toBe('')
})
