import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeSampleDatabase } from '../src/cli/demo/sample-database.js'

const ROOT = resolve(import.meta.dirname, '..')
const LIBRARY = pathToFileURL(join(ROOT, 'dist/index.js')).href

test('every example of the library guide runs as it stands', () => {
  const page = readFileSync(join(ROOT, 'docs/guides/library.md'), 'utf8')
  const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  expect(examples.length).toBeGreaterThanOrEqual(2)
  const folder = mkdtempSync(join(tmpdir(), 'holdall-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  makeSampleDatabase(join(folder, 'app.db'))
  const outputs = examples.map((example, index) => {
    writeFileSync(join(folder, `${index}.mjs`), example.replaceAll("'holdall'", `'${LIBRARY}'`))
    return execFileSync(process.execPath, [`${index}.mjs`], { cwd: folder, encoding: 'utf8' })
  })
  expect(outputs[0]).toContain('true')
  expect(outputs[1]).toContain('Fill in the resolutions in conflicts.jsonl')
  expect(outputs[2]).toContain('INTERRUPTED 130')
})
