import { expect, test } from 'vitest'
import type { ImportOptions } from './import-options.js'
import { refuseContradictions } from './refuse-contradictions.js'

const options = (more: Partial<ImportOptions>): ImportOptions => ({ input: 'archive.tar.gz', store: 'shop.db', ...more })

test.each<readonly [Partial<ImportOptions>, RegExp]>([
  [{ create: true, strategy: 'replace' }, /--strategy replace .* nothing to replace/],
  [{ create: true, onConflict: { t: 'keep-newer' } }, /--on-conflict keep-newer .* nothing to compare with/],
  [{ create: true, prune: true }, /--prune/],
  [{ create: true, resolutions: 'r.jsonl' }, /--resolutions/],
  [{ base: 'base.tar.gz' }, /three-way/],
  [{ rejects: 'rejects.json' }, /--rejects needs/],
  [{ rejects: '-', onError: 'reject' }, /--rejects must be a file/],
  [{ conflicts: '-' }, /--conflicts must be a file/],
  [{ conflicts: 'x.jsonl', resolutions: './x.jsonl' }, /name one file/],
  [{ conflicts: 'x.json', rejects: './x.json', onUnresolved: 'skip' }, /--rejects and --conflicts name one file/],
  [{ conflicts: 'archive.tar.gz' }, /archive itself/],
  [{ conflicts: 'base.tar.gz', base: './base.tar.gz', strategy: 'three-way' }, /file of this import/],
])('%j is refused before anything is opened', async (more, message) => {
  await expect(refuseContradictions(options(more))).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) as string })
})

test.each<Partial<ImportOptions>>([
  {},
  { create: true, strategy: 'merge' },
  { input: '-', conflicts: 'c.jsonl' },
  { base: 'base.tar.gz', onConflict: { t: 'three-way' }, conflicts: 'c.jsonl', resolutions: 'r.jsonl' },
  { rejects: 'rejects.json', onError: 'reject' },
])('%j is not', async (more) => {
  await expect(refuseContradictions(options(more))).resolves.toBeUndefined()
})
