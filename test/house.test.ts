import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const SRC = join(ROOT, 'src')

/** The order of docs/ARCHITECTURE.md: a folder imports only from folders before it. */
function foldersInOrder(): string[] {
  const page = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8')
  return [...page.matchAll(/^\| `src\/([a-z]+)` \|/gm)].map((match) => match[1] ?? '')
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

function imports(file: string, passedOver?: RegExp): string[] {
  const text = readFileSync(file, 'utf8')
  return [...(passedOver === undefined ? text : text.replace(passedOver, '')).matchAll(/(?:from|import)\s+'(\.[^']+)'/g)].map((match) => resolve(dirname(file), (match[1] ?? '').replace(/\.js$/, '.ts')))
}

test('ARCHITECTURE.md lists every folder of src', () => {
  const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  expect(foldersInOrder().sort()).toEqual(folders.sort())
})

test('a folder knows only folders above it', () => {
  const order = foldersInOrder()
  const rank = (file: string): number => order.indexOf(relative(SRC, file).split('/')[0] ?? '')
  const wrong = sources(SRC)
    .filter((file) => relative(SRC, file).includes('/') && !file.endsWith('.test.ts'))
    .flatMap((file) => imports(file).filter((other) => other.startsWith(SRC) && rank(other) > rank(file)).map((other) => `${relative(ROOT, file)} -> ${relative(ROOT, other)}`))
  expect(wrong).toEqual([])
})

test('no file needs itself by a circle of imports; types alone may', () => {
  const graph = new Map(sources(SRC).filter((file) => !file.endsWith('.test.ts')).map((file) => [file, imports(file, /^import type .*$/gm)]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].map((step) => relative(SRC, step)).join(' -> '))
    else if (!done.has(file)) {
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
  }
  for (const file of graph.keys()) visit(file, [])
  expect(circles).toEqual([])
})

test('files stay small: none over 400 lines, the median under 100', () => {
  const lengths = sources(SRC)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(file, 'utf8').split('\n').length - 1)
    .sort((a, b) => a - b)
  expect(lengths.at(-1)).toBeLessThanOrEqual(400)
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(100)
})

test('version.ts and package.json agree', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  expect(readFileSync(join(SRC, 'version.ts'), 'utf8')).toContain(`'${version}'`)
})
