import { createHash, type Hash } from 'node:crypto'
import type { ArchiveSink } from './archive-sink.js'
import type { EntryBytes, EntryMemory } from './entry-memory.js'
import { packMember } from './gzip-member.js'
import { AHEAD_BYTES, PACKING_CHUNKS } from './limits.js'
import type { MemberExtent } from './manifest.js'
import { sha256 } from './sha256.js'
import { encodeTarHeader, TAR_BLOCK, tarEntrySize } from './tar-header.js'

interface Packing {
  readonly member: Promise<Buffer>
  readonly memory: Buffer
  readonly placed: (extent: MemberExtent) => void
  readonly entry: Omit<MemberExtent, 'offset' | 'length'>
}

/**
 * Compresses entries on the thread pool, several at a time, and writes them in the order given. `put` waits while as many
 * as may be are under way, so a slow sink holds back whoever makes the rows.
 */
export class EntryStream {
  readonly #sink: ArchiveSink
  readonly #memory: EntryMemory
  readonly #level: number
  readonly #mtime: number
  readonly #underway: Packing[] = []
  readonly #digest: Hash = createHash('sha256')
  #bytesUnderway = 0
  #offset = 0
  #index = 0

  constructor(sink: ArchiveSink, memory: EntryMemory, { level, mtime }: { readonly level: number; readonly mtime: number }) {
    this.#sink = sink
    this.#memory = memory
    this.#level = level
    this.#mtime = mtime
  }

  /** Takes the memory, which goes back where it came from. `placed` is called once the entry is written. */
  async put(path: string, { memory, bytes: size }: EntryBytes, placed: Packing['placed']): Promise<void> {
    while (this.#underway.length >= PACKING_CHUNKS || (this.#underway.length > 0 && this.#bytesUnderway + size > AHEAD_BYTES)) await this.#writeOne()
    const end = tarEntrySize(size)
    encodeTarHeader({ path, size, mtime: this.#mtime }).copy(memory)
    memory.fill(0, TAR_BLOCK + size, end)
    const member = packMember(memory.subarray(0, end), this.#index, this.#level)
    this.#index += 1
    // Whoever comes to this entry meets its error there; when an earlier one failed, nobody does.
    member.catch(() => undefined)
    this.#underway.push({ member, memory, placed, entry: { path, size, sha256: sha256(memory.subarray(TAR_BLOCK, TAR_BLOCK + size)) } })
    this.#bytesUnderway += size
  }

  /** Writes what is under way. */
  async drain(): Promise<void> {
    while (this.#underway.length > 0) await this.#writeOne()
  }

  /** Drains, then writes the bytes made from the number of members before them and the SHA-256 of all these. */
  async end(last: (index: number, precedingSha256: string) => Buffer): Promise<void> {
    await this.drain()
    await this.#sink.write(last(this.#index, this.#digest.digest('hex')))
  }

  async #writeOne(): Promise<void> {
    const packing = this.#underway.shift()
    if (packing === undefined) return
    const member = await packing.member
    this.#memory.giveBack(packing.memory)
    this.#digest.update(member)
    await this.#sink.write(member)
    this.#bytesUnderway -= packing.entry.size
    packing.placed({ ...packing.entry, offset: this.#offset, length: member.length })
    this.#offset += member.length
  }
}
