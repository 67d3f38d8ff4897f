import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeSampleDatabase } from '../src/cli/demo/sample-database.js'
import { missingTools } from './missing-tools.js'

const ROOT = resolve(import.meta.dirname, '..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const missing = missingTools("the README's session", ['bash', 'jq', 'tar', 'sha256sum'])

/** Sizes and durations differ from machine to machine. */
const steady = (text: string): string => text.replace(/\d[\d.,]* (?:[KMG]iB|B|s|ms)\b/g, '#')

test.skipIf(missing.length > 0)('the README\'s session gives the output it shows', () => {
  const session = [...README.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1] ?? '').join('')
  const folder = mkdtempSync(join(tmpdir(), 'holdall-readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  makeSampleDatabase(join(folder, 'app.db'))
  writeFileSync(join(folder, 'holdall'), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist/cli/main.js')}" "$@"\n`, { mode: 0o755 })
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` }
  const steps = session.split(/^\$ /m).slice(1)
  expect(steps.length).toBeGreaterThan(6)
  for (const step of steps) {
    const [command = '', ...shown] = step.trimEnd().split('\n')
    const output = execFileSync('bash', ['-eo', 'pipefail', '-c', command.replace(/\| (tail|head) -\d/, (cut) => `| (${cut.slice(2)}; cat > /dev/null)`)], { cwd: folder, env, encoding: 'utf8' })
    expect([command, steady(output.trimEnd())]).toEqual([command, steady(shown.join('\n'))])
  }
})

test('the README\'s two commands are scripts of the package', () => {
  const { bin, scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { bin: Record<string, string>; scripts: Record<string, string> }
  expect(README).toContain('npm ci && npx holdall demo')
  expect(README).toContain('npm ci && npm test')
  expect(bin['holdall']).toBe('dist/cli/main.js')
  expect(scripts['test']).toContain('vitest run')
})
