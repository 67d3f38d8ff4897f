import { createReadStream, existsSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { copyStore, exportStore, type ExportOptions, HoldallError, type ImportOptions, recoverArchive, runImport, verifyArchive } from '../../src/index.js'
import { checkArchive } from '../../src/archive/check-archive.js'
import { readAll } from '../archive/testing.js'
import { type Content, dump, makePeople } from './people.js'
import { readText, type Scene, sceneFolder } from './scene.js'

/** What is no error but a report, as the error that the command makes of it. */
async function verified(input: string): Promise<void> {
  const { ok, findings } = await verifyArchive({ input })
  const [first] = findings
  if (!ok) throw new HoldallError(first!.code, { message: first!.message, archive: input, ...first!.place })
}

const VOLATILE = /"(?:exportId|createdAt|export_id|exported_at|created_at)": ?"[^"]*"/g

/** What a whole output says, but for its times and ids. */
async function contentOf(path: string): Promise<string> {
  if (!existsSync(path)) return 'nothing'
  if (path.endsWith('.json') || path.endsWith('.jsonl')) return readText(path).replaceAll(VOLATILE, '')
  return JSON.stringify(await readAll(path))
}

async function checkWhole(path: string): Promise<void> {
  if (!existsSync(path)) return
  if (path.endsWith('.jsonl')) for (const line of readText(path).trimEnd().split('\n')) JSON.parse(line)
  else await verified(path)
}

interface Sides {
  readonly from: string
  readonly folder: string
}

function sides(): Sides {
  const folder = sceneFolder()
  return { folder, from: makePeople(join(folder, 'from.db'), 'rows') }
}

function exporting(options: Partial<ExportOptions>, name: string): Scene {
  const { folder, from } = sides()
  const output = join(folder, 'out', name)
  return {
    folder,
    outputs: [`out/${name}`],
    run: async () => exportStore({ store: from, output, compressionLevel: 1, ...options }),
    state: async () => dump(from),
    made: async () => contentOf(output),
    reset: async () => rmSync(output, { force: true }),
    checkOutputs: async () => checkWhole(output),
  }
}

interface Into {
  readonly content: Content | null
  readonly outputs?: readonly string[]
}

async function into(folder: string, { content, outputs = [] }: Into, run: (store: string) => Promise<unknown>): Promise<Scene> {
  const store = join(folder, 'into.db')
  const kept = join(folder, 'kept.db')
  if (content !== null) {
    makePeople(store, content)
    await cp(store, kept)
  }
  return {
    folder,
    outputs: [...(content === null ? ['into.db'] : []), ...outputs],
    run: async () => run(store),
    state: async () => dump(store),
    made: async () => JSON.stringify(await Promise.all(outputs.map(async (path) => contentOf(join(folder, path))))),
    reset: async () => {
      if (content === null) rmSync(store, { force: true })
      else await cp(kept, store)
      for (const path of outputs) rmSync(join(folder, path), { force: true })
    },
    checkOutputs: async () => {
      for (const path of outputs) await checkWhole(join(folder, path))
    },
  }
}

async function importing(target: Into, options: (folder: string) => Partial<ImportOptions>, name = 'from.tar.gz'): Promise<Scene> {
  const { folder, from } = sides()
  const input = join(folder, name)
  await exportStore({ store: from, output: input, compressionLevel: 1, format: name.endsWith('.json') ? 'json' : 'archive' })
  return into(folder, target, async (store) => runImport({ input, store, lockTimeout: 0, ...options(folder) }))
}

/** One that only reads. */
async function reading(name: string): Promise<Scene> {
  const { folder, from } = sides()
  const input = join(folder, name)
  await exportStore({ store: from, output: input, compressionLevel: 1, format: name.endsWith('.json') ? 'json' : 'archive' })
  return { folder, outputs: [], run: async () => verified(input), state: async () => readText(input), made: async () => '', reset: async () => undefined, checkOutputs: async () => undefined }
}

async function recovering(): Promise<Scene> {
  const { folder, from } = sides()
  const input = join(folder, 'from.tar.gz')
  const output = join(folder, 'out', 'saved.tar.gz')
  await exportStore({ store: from, output: input, compressionLevel: 1 })
  return {
    folder,
    outputs: ['out/saved.tar.gz'],
    // What cannot be read counts as lost, which is reported: that is the operation's purpose.
    run: async () => {
      const { tables } = await recoverArchive(input, output)
      if (tables.some(({ loss }) => loss !== null)) throw new HoldallError('ARCHIVE_CORRUPT', { message: 'rows are reported as lost', archive: input })
    },
    state: async () => readText(input),
    made: async () => contentOf(output),
    reset: async () => rmSync(output, { force: true }),
    // Where rows are lost others may refer to them; that is for the report to say.
    checkOutputs: async () => {
      if (existsSync(output)) expect((await checkArchive(output)).findings).toEqual([])
    },
  }
}

const PART = { include: ['notes', 'tags'], where: { notes: 'id < 3' } }

/** Every operation over files and SQLite. */
export const OPERATIONS: Readonly<Record<string, () => Promise<Scene>>> = {
  'export of an archive': async () => exporting({}, 'all.tar.gz'),
  'export of a part, with stubs': async () => exporting(PART, 'part.tar.gz'),
  'export of a part, with all it refers to': async () => exporting({ ...PART, closure: true }, 'part.tar.gz'),
  'export of a JSON document': async () => exporting({ format: 'json' }, 'all.json'),
  'import into empty tables': async () => importing({ content: 'tables' }, () => ({})),
  'import that merges': async () => importing({ content: 'others' }, () => ({})),
  'import that replaces': async () => importing({ content: 'others' }, () => ({ strategy: 'replace' })),
  'import of a JSON document': async () => importing({ content: 'others' }, () => ({}), 'from.json'),
  'import from standard input': async () => importing({ content: 'tables' }, (folder) => ({ input: '-', stdin: createReadStream(join(folder, 'from.tar.gz')) })),
  'import that leaves rows out': async () =>
    importing({ content: 'others', outputs: ['out/rejects.tar.gz', 'out/conflicts.jsonl'] }, (folder) => ({
      strategy: 'fail-on-conflict', onError: 'reject', rejects: join(folder, 'out', 'rejects.tar.gz'), conflicts: join(folder, 'out', 'conflicts.jsonl'),
    })),
  'import --create': async () => importing({ content: null }, () => ({ create: true })),
  'verify of an archive': async () => reading('from.tar.gz'),
  'verify of a JSON document': async () => reading('from.json'),
  recover: async () => recovering(),
  copy: async () => {
    const { folder, from } = sides()
    return into(folder, { content: 'others' }, async (store) => copyStore({ from, store, lockTimeout: 0 }))
  },
}
