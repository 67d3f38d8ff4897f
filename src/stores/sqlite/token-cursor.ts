import { tokenize, type Token } from './tokenize.js'

/** The text is not what its place says it is; callers name the object. */
export class UnparsableSql extends Error {
  override readonly name = 'UnparsableSql'
}

/** Walks over the tokens of one statement. */
export class TokenCursor {
  readonly text: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(text: string) {
    this.text = text
    this.#tokens = tokenize(text)
  }

  peek(ahead = 0): Token | null {
    return this.#tokens[this.#at + ahead] ?? null
  }

  next(): Token {
    const token = this.peek()
    if (token === null) throw new UnparsableSql('it ends too early')
    this.#at += 1
    return token
  }

  atSymbol(symbol: string): boolean {
    const token = this.peek()
    return token?.kind === 'symbol' && token.value === symbol
  }

  /** Whether the next tokens are these unquoted words. */
  atWords(...words: readonly string[]): boolean {
    return words.every((word, index) => {
      const token = this.peek(index)
      return token?.kind === 'word' && token.value.toUpperCase() === word
    })
  }

  takeSymbol(symbol: string): boolean {
    if (!this.atSymbol(symbol)) return false
    this.#at += 1
    return true
  }

  takeWords(...words: readonly string[]): boolean {
    if (!this.atWords(...words)) return false
    this.#at += words.length
    return true
  }

  /** @throws UnparsableSql */
  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw new UnparsableSql(`${symbol} is missing before ${this.peek()?.value ?? 'the end'}`)
  }

  /** @throws UnparsableSql */
  expectWords(...words: readonly string[]): void {
    if (!this.takeWords(...words)) throw new UnparsableSql(`${words.join(' ')} is missing before ${this.peek()?.value ?? 'the end'}`)
  }

  /** A name, quoted in any way or bare. */
  name(): string {
    const token = this.next()
    if (token.kind !== 'word' && token.kind !== 'quoted' && token.kind !== 'string') throw new UnparsableSql(`a name is missing before ${token.value}`)
    return token.value
  }

  /** Takes `( … )` and gives what stands between, verbatim, without comments at its ends. */
  group(): string {
    this.expectSymbol('(')
    const first = this.peek()
    const last = this.skipTo(() => this.atSymbol(')'))
    this.next()
    return first === null || last === null ? '' : this.text.slice(first.start, last.end)
  }

  /** Skips over whole parentheses until `stop` or the end of what encloses; gives the last token skipped. */
  skipTo(stop: () => boolean): Token | null {
    let last: Token | null = null
    let depth = 0
    while (this.peek() !== null && (depth > 0 || !stop())) {
      last = this.next()
      if (last.kind === 'symbol' && last.value === '(') depth += 1
      if (last.kind === 'symbol' && last.value === ')') depth -= 1
      if (depth < 0) throw new UnparsableSql('its parentheses do not match')
    }
    if (depth > 0) throw new UnparsableSql('its parentheses do not match')
    return last
  }
}
