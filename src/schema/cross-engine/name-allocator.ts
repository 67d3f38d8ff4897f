import type { Engine } from '../schema.js'
import { fold, LONGEST_NAME } from './table-names.js'

/**
 * Hands out names that no other relation of the namespace has: indexes, constraints with an index and sequences live
 * beside the tables in both engines. The same calls give the same names.
 */
export class NameAllocator {
  readonly #engine: Engine
  readonly #taken = new Map<string, Set<string>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Takes a name as it is, if it is free. */
  reserve(namespace: string | null, name: string): void {
    this.#names(namespace).add(this.#key(name))
  }

  /** The wanted name, shortened to what the engine keeps, and numbered when it is taken. */
  allocate(namespace: string | null, wanted: string): string {
    return this.distinct(this.#names(namespace), this.#engine === 'sqlite' && /^sqlite_/i.test(wanted) ? `_${wanted}` : wanted)
  }

  /** The same among names of another kind; the one given out is added to them. */
  distinct(taken: Set<string>, wanted: string): string {
    for (let number = 1; ; number++) {
      const name = this.#shorten(wanted === '' ? '_' : wanted, number === 1 ? '' : `_${number}`)
      if (taken.has(this.#key(name))) continue
      taken.add(this.#key(name))
      return name
    }
  }

  #shorten(base: string, suffix: string): string {
    if (this.#engine === 'sqlite') return base + suffix
    // No character takes less than a byte, so the loop is short whatever the name.
    let kept = Array.from(base.slice(0, 2 * LONGEST_NAME)).slice(0, LONGEST_NAME).join('')
    while (Buffer.byteLength(kept + suffix) > LONGEST_NAME) kept = Array.from(kept).slice(0, -1).join('')
    return kept + suffix
  }

  #key(name: string): string {
    return this.#engine === 'sqlite' ? fold(name) : name
  }

  #names(namespace: string | null): Set<string> {
    const key = namespace ?? ''
    const names = this.#taken.get(key) ?? new Set<string>()
    this.#taken.set(key, names)
    return names
  }
}
