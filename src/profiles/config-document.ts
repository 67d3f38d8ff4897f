import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { HoldallError } from '../errors/holdall-error.js'
import { nearNames } from '../schema/near-names.js'

/** A node of the YAML document, aliases resolved; null where the file leaves a value out. */
export type ConfigNode = Node | null

export interface ConfigMember {
  readonly name: string
  readonly key: Node
  readonly value: ConfigNode
}

/** Reads a YAML document by what each place must hold, and names file, line and column where it holds something else. */
export class ConfigDocument {
  readonly root: ConfigNode
  readonly #file: string
  readonly #lines = new LineCounter()
  readonly #document: Document

  /** @throws CONFIG_INVALID when it is not YAML */
  constructor(text: string, file: string) {
    this.#file = file
    // Pretty errors would quote lines of the file, and with them passwords.
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true, version: '1.2' })
    const [problem] = [...this.#document.errors, ...this.#document.warnings]
    if (problem !== undefined) throw this.#faultAt(problem.pos[0], withoutSource(problem.message))
    this.root = this.#document.contents
  }

  /** Members of a mapping; none where the value is left out. */
  members(node: ConfigNode, what: string): readonly ConfigMember[] {
    const resolved = this.#resolve(node)
    if (resolved === null) return []
    if (!isMap(resolved)) throw this.fault(resolved, `${what} is not a mapping of names to values`)
    const seen = new Set<string>()
    return resolved.items.map(({ key, value }) => {
      const name = this.text(key as ConfigNode, `a name in ${what}`)
      if (seen.has(name)) throw this.fault(key as ConfigNode, `${what} names ${name} twice`)
      seen.add(name)
      return { name, key: key as Node, value: this.#resolve(value as ConfigNode) }
    })
  }

  /** Members of a mapping whose keys are known beforehand. */
  known<K extends string>(node: ConfigNode, what: string, names: readonly K[]): Partial<Record<K, ConfigNode>> {
    const found: Partial<Record<K, ConfigNode>> = {}
    for (const { name, key, value } of this.members(node, what)) {
      const known = names.find((candidate) => candidate === name)
      if (known === undefined) {
        const near = nearNames(name, names)
        throw this.fault(key, `${what} has an unknown key ${name}`, near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It may hold ${names.join(', ')}.`)
      }
      found[known] = value
    }
    return found
  }

  /** Elements of a list; none where the value is left out. */
  items(node: ConfigNode, what: string): readonly ConfigNode[] {
    const resolved = this.#resolve(node)
    if (resolved === null) return []
    if (!isSeq(resolved)) throw this.fault(resolved, `${what} is not a list`)
    return resolved.items.map((item) => item as ConfigNode)
  }

  /** Elements of a list of texts; none where the value is left out. */
  texts(node: ConfigNode, what: string): readonly string[] {
    return Object.freeze(this.items(node, what).map((item) => this.text(item, `an entry of ${what}`)))
  }

  /** A name or a text; a number is taken as it is spelled, for tables may be named so. */
  text(node: ConfigNode, what: string): string {
    const resolved = this.#resolve(node)
    if (isScalar(resolved)) {
      const { value, source } = resolved
      if (typeof value === 'string' && value !== '') return value
      if (typeof value === 'number' && source !== undefined) return source
    }
    throw this.fault(resolved, `${what} is not a text, or is empty`)
  }

  yesOrNo(node: ConfigNode, what: string): boolean {
    const resolved = this.#resolve(node)
    if (isScalar(resolved) && typeof resolved.value === 'boolean') return resolved.value
    throw this.fault(resolved, `${what} is neither true nor false`)
  }

  /** The node, or null where the file says nothing: no key, no value, or `null`. */
  optional(node: ConfigNode | undefined): ConfigNode {
    return node === undefined ? null : this.#resolve(node)
  }

  isText(node: ConfigNode): boolean {
    return isScalar(this.#resolve(node))
  }

  isList(node: ConfigNode): boolean {
    return isSeq(this.#resolve(node))
  }

  fault(node: ConfigNode, problem: string, hint?: string): HoldallError {
    return this.#faultAt(node?.range?.[0] ?? 0, problem, hint)
  }

  /** `file:line:column` of a node. */
  where(node: ConfigNode): string {
    return this.#where(node?.range?.[0] ?? 0)
  }

  #faultAt(offset: number, problem: string, hint?: string): HoldallError {
    return new HoldallError('CONFIG_INVALID', { message: `${this.#where(offset)}: ${problem}`, ...(hint === undefined ? {} : { hint }) })
  }

  #where(offset: number): string {
    const { line, col } = this.#lines.linePos(offset)
    return `${this.#file}:${line}:${col}`
  }

  #resolve(node: ConfigNode): ConfigNode {
    const resolved = isAlias(node) ? node.resolve(this.#document) : node
    if (resolved === undefined) throw this.fault(node, 'this alias has no anchor before it')
    return isScalar(resolved) && resolved.value === null ? null : resolved
  }
}

/** What the YAML parser says, without the text of the file that some of its messages end with. */
function withoutSource(message: string): string {
  return message.replace(/(?<! ): .*$/s, '').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
}
