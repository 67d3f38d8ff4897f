import type { ArchiveFrame } from './archive-frame.js'
import { corrupt, type Finding } from './finding.js'
import { isChunk, type Member, type MemberExtent } from './manifest.js'
import { memberPath } from './member-path.js'

/** A member that was read whole: what is kept of it. */
export interface FoundMember extends MemberExtent {
  readonly index: number | null
  readonly rows: number | null
}

/** Members found in the file against members promised: missing, changed, elsewhere, twice, or not promised. */
export function compareMembers({ manifest, end }: ArchiveFrame, found: readonly FoundMember[]): Finding[] {
  const byPath = new Map<string, FoundMember[]>()
  for (const each of found) byPath.set(each.path, [...(byPath.get(each.path) ?? []), each])
  const findings = manifest.members.flatMap((member, index) => compareMember(member, index, byPath.get(member.path) ?? []))
  const own = memberPath(manifest.name, { kind: 'manifest' })
  const promised = new Set(manifest.members.map(({ path }) => path))
  for (const { path, offset } of found) {
    if (path === own && offset !== end.manifestOffset) findings.push(corrupt(path, offset, 'there is a second manifest'))
    if (path !== own && !promised.has(path)) findings.push(corrupt(path, offset, 'the manifest does not name this member'))
  }
  return findings
}

function compareMember(member: Member, index: number, found: readonly FoundMember[]): Finding[] {
  if (found.length === 0) return [corrupt(member.path, member.offset, 'the member is missing or damaged')]
  const here = found.find(({ offset }) => offset === member.offset)
  const problem = here === undefined ? null : differs(member, index, here)
  return [
    ...(problem === null ? [] : [corrupt(member.path, member.offset, problem)]),
    ...found.filter((each) => each !== here).map(({ path, offset }) =>
      corrupt(path, offset, here === undefined ? `the member belongs at byte ${member.offset}` : 'the member is there twice')),
  ]
}

function differs(member: Member, index: number, here: FoundMember): string | null {
  if (here.sha256 !== member.sha256 || here.size !== member.size) return 'the member does not match its checksum'
  if (here.index !== index) return `the member says it is number ${here.index ?? 0}, and is number ${index}`
  return isChunk(member) && here.rows !== member.rows ? `the chunk holds ${here.rows ?? 0} rows, not ${member.rows}` : null
}
