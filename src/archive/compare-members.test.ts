import { expect, it } from 'vitest'
import { file, forge, manifestOf, sampleSchema, scratch } from '../../test/archive/testing.js'
import type { ArchiveFrame } from './archive-frame.js'
import { compareMembers, type FoundMember } from './compare-members.js'
import { isChunk } from './manifest.js'

const manifest = await manifestOf(await file(await scratch(), 'whole', await forge()))
const frame: ArchiveFrame = { manifest, schema: sampleSchema(['t']), end: { index: 6, manifestOffset: 9_000, manifestLength: 500, manifestSha256: '', precedingSha256: '' } }
const own: FoundMember = { path: 'sample/manifest.json', offset: 9_000, length: 500, size: 1, sha256: '', index: 5, rows: null }
const honest = manifest.members.map((member, index): FoundMember => ({ ...member, index, rows: isChunk(member) ? member.rows : null }))
const changed = (at: number, change: Partial<FoundMember>): readonly FoundMember[] => honest.map((member, index) => (index === at ? { ...member, ...change } : member))

it('finds nothing where all is as it was promised', () => {
  expect(compareMembers(frame, [...honest, own])).toEqual([])
})

it.each<readonly [string, readonly FoundMember[], RegExp]>([
  ['a member that is missing', honest.slice(1), /missing or damaged/],
  ['other bytes', changed(1, { sha256: '0'.repeat(64) }), /checksum/],
  ['another size', changed(1, { size: 1 }), /checksum/],
  ['another number', changed(1, { index: 7 }), /number 7, and is number 1/],
  ['no number', changed(1, { index: null }), /number 0, and is number 1/],
  ['another number of rows', changed(1, { rows: 5 }), /holds 5 rows, not 1/],
  ['rows that were not counted', changed(1, { rows: null }), /holds 0 rows, not 1/],
  ['a member elsewhere', changed(1, { offset: 8_000 }), /belongs at byte/],
  ['a member twice', [...honest, { ...honest[1]!, offset: 8_000 }], /there twice/],
  ['a second manifest', [...honest, own, { ...own, offset: 9_500 }], /second manifest/],
  ['a member that nobody promised', [...honest, { ...own, path: 'sample/data/u/000001.ndjson' }], /does not name/],
])('finds %s', (_what, found, message) => {
  expect(compareMembers(frame, found).map((finding) => finding.message)).toEqual([expect.stringMatching(message)])
})
