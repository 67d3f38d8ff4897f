import type { Engine } from '../schema.js'
import { expressionTokens, type Token } from './expression-tokens.js'

/** An SQL expression of the core that SQLite and PostgreSQL understand alike. */
export type Expression =
  /** `quoted` by double quotes; SQLite takes such a name for a string when no column has it. */
  | { readonly kind: 'column'; readonly name: string; readonly quoted: boolean }
  | { readonly kind: 'string' | 'number' | 'blob'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'not' | 'minus'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly values: readonly Expression[]; readonly negated: boolean }
  | { readonly kind: 'between'; readonly operand: Expression; readonly low: Expression; readonly high: Expression; readonly negated: boolean }
  | { readonly kind: 'is-null'; readonly operand: Expression; readonly negated: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: string }

/** `is` and `is not` compare with NULL as a value: SQLite's IS, PostgreSQL's IS NOT DISTINCT FROM. */
export type BinaryOperator = 'or' | 'and' | '=' | '<>' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | '+' | '-' | '*' | '/' | '%' | '||'

/** Thrown inside the parser only. */
class NotCore extends Error {}

/** Nesting beyond this is given up, rather than risking the stack on a hostile archive. */
const DEEPEST = 200

/** Parses by SQLite's precedences; what PostgreSQL prints is fully parenthesised. Null for anything beyond the core. */
export function parseExpression(text: string, engine: Engine): Expression | null {
  const tokens = expressionTokens(text, engine)
  if (tokens === null) return null
  try {
    const parser = new Parser(tokens, engine)
    const expression = parser.expression()
    return parser.atEnd ? expression : null
  } catch (error) {
    if (error instanceof NotCore) return null
    throw error
  }
}

const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { '<': '<', '<=': '<=', '>': '>', '>=': '>=' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', '%': '%' },
  { '||': '||' },
]
const EQUALITY: Readonly<Record<string, BinaryOperator>> = { '=': '=', '==': '=', '<>': '<>', '!=': '<>' }
const RESERVED = new Set(['and', 'or', 'not', 'in', 'is', 'between', 'like', 'glob', 'match', 'regexp', 'case', 'when', 'then', 'else', 'end', 'collate', 'escape', 'cast', 'exists', 'select', 'array', 'any', 'all', 'isnull', 'notnull', 'distinct', 'from', 'row'])

class Parser {
  readonly #tokens: readonly Token[]
  readonly #engine: Engine
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], engine: Engine) {
    this.#tokens = tokens
    this.#engine = engine
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length
  }

  expression(): Expression {
    if (++this.#depth > DEEPEST) throw new NotCore()
    let left = this.#conjunction()
    while (this.#word('or')) left = { kind: 'binary', operator: 'or', left, right: this.#conjunction() }
    this.#depth--
    return left
  }

  #conjunction(): Expression {
    let left = this.#negation()
    while (this.#word('and')) left = { kind: 'binary', operator: 'and', left, right: this.#negation() }
    return left
  }

  #negation(): Expression {
    if (!this.#word('not')) return this.#equality()
    if (++this.#depth > DEEPEST) throw new NotCore()
    const operand = this.#negation()
    this.#depth--
    return { kind: 'not', operand }
  }

  #equality(): Expression {
    let left = this.#level(0)
    for (;;) {
      const operator = EQUALITY[this.#peekSymbol()]
      if (operator !== undefined) {
        this.#at++
        left = this.#quantified(left, operator) ?? { kind: 'binary', operator, left, right: this.#level(0) }
      } else if (this.#word('is')) left = this.#is(left)
      else if (this.#word('isnull')) left = { kind: 'is-null', operand: left, negated: false }
      else if (this.#word('notnull')) left = { kind: 'is-null', operand: left, negated: true }
      else {
        const negated = this.#word('not')
        if (this.#word('in')) left = { kind: 'in', operand: left, values: this.#list('(', ')'), negated }
        else if (this.#word('between')) left = this.#between(left, negated)
        else if (negated) {
          if (!this.#word('null')) throw new NotCore()
          left = { kind: 'is-null', operand: left, negated: true }
        } else return left
      }
    }
  }

  #between(operand: Expression, negated: boolean): Expression {
    const low = this.#level(0)
    if (!this.#word('and')) throw new NotCore()
    return { kind: 'between', operand, low, high: this.#level(0), negated }
  }

  #is(left: Expression): Expression {
    const negated = this.#word('not')
    if (this.#word('distinct')) {
      if (!this.#word('from')) throw new NotCore()
      return { kind: 'binary', operator: negated ? 'is' : 'is not', left, right: this.#level(0) }
    }
    const right = this.#level(0)
    if (right.kind === 'null') return { kind: 'is-null', operand: left, negated }
    return { kind: 'binary', operator: negated ? 'is not' : 'is', left, right }
  }

  /** PostgreSQL prints `x IN (…)` as `x = ANY (ARRAY[…])` and `x NOT IN (…)` as `x <> ALL (ARRAY[…])`. */
  #quantified(operand: Expression, operator: BinaryOperator): Expression | null {
    if (this.#engine !== 'postgresql') return null
    if (operator === '=' ? !this.#word('any') : operator !== '<>' || !this.#word('all')) return null
    this.#expect('(')
    const wrapped = this.#symbol('(')
    if (!this.#word('array')) throw new NotCore()
    const values = this.#list('[', ']')
    if (wrapped) {
      this.#expect(')')
      if (this.#symbol('::') && this.#type().includes('(')) throw new NotCore()
    }
    this.#expect(')')
    return { kind: 'in', operand, values, negated: operator === '<>' }
  }

  #level(level: number): Expression {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#unary()
    let left = this.#level(level + 1)
    for (let operator = operators[this.#peekSymbol()]; operator !== undefined; operator = operators[this.#peekSymbol()]) {
      this.#at++
      left = { kind: 'binary', operator, left, right: this.#level(level + 1) }
    }
    return left
  }

  #unary(): Expression {
    const sign = this.#symbol('-') ? '-' : this.#symbol('+') ? '+' : null
    if (sign === null) return this.#postfix()
    if (++this.#depth > DEEPEST) throw new NotCore()
    const operand = this.#unary()
    this.#depth--
    return sign === '-' ? { kind: 'minus', operand } : operand
  }

  #postfix(): Expression {
    let operand = this.#primary()
    while (this.#symbol('::')) operand = { kind: 'cast', operand, type: this.#type() }
    return operand
  }

  #primary(): Expression {
    if (this.#symbol('(')) {
      const inner = this.expression()
      this.#expect(')')
      return inner
    }
    const token = this.#tokens[this.#at++]
    switch (token?.kind) {
      case 'string':
      case 'number':
      case 'blob':
        return { kind: token.kind, text: token.text }
      case 'name':
        return { kind: 'column', name: token.text, quoted: true }
      case 'word':
        return this.#named(token)
      default:
        throw new NotCore()
    }
  }

  #named(token: Token): Expression {
    if (token.text === 'null') return { kind: 'null' }
    if (token.text === 'true' || token.text === 'false') return { kind: 'boolean', value: token.text === 'true' }
    if (RESERVED.has(token.text)) throw new NotCore()
    if (this.#peekSymbol() === '(') return { kind: 'call', name: token.text, arguments: this.#list('(', ')') }
    return { kind: 'column', name: this.#engine === 'sqlite' ? token.raw : token.text, quoted: false }
  }

  #list(open: string, close: string): readonly Expression[] {
    this.#expect(open)
    const items: Expression[] = []
    if (this.#symbol(close)) return items
    do items.push(this.expression())
    while (this.#symbol(','))
    this.#expect(close)
    return items
  }

  /** A type after `::`, as printed: words, a name with a schema, a modifier (shown as `()`: such a cast cuts or rounds), brackets. */
  #type(): string {
    let type = this.#name()
    if (this.#symbol('.')) type += `.${this.#name()}`
    for (;;) {
      if (this.#word('varying')) type += ' varying'
      else if (this.#word('precision')) type += ' precision'
      else if (/^time/.test(type) && this.#word('with')) type += ` with${this.#timeZone()}`
      else if (/^time/.test(type) && this.#word('without')) type += ` without${this.#timeZone()}`
      else if (this.#peekSymbol() === '(') {
        this.#list('(', ')')
        type += '()'
      } else if (this.#symbol('[')) {
        this.#expect(']')
        type += '[]'
      } else return type
    }
  }

  #timeZone(): string {
    if (!this.#word('time') || !this.#word('zone')) throw new NotCore()
    return ' time zone'
  }

  #name(): string {
    const token = this.#tokens[this.#at++]
    if (token?.kind !== 'word' && token?.kind !== 'name') throw new NotCore()
    return token.text
  }

  #peekSymbol(): string {
    const token = this.#tokens[this.#at]
    return token?.kind === 'symbol' ? token.text : ''
  }

  #symbol(text: string): boolean {
    if (this.#peekSymbol() !== text) return false
    this.#at++
    return true
  }

  #expect(text: string): void {
    if (!this.#symbol(text)) throw new NotCore()
  }

  #word(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'word' || token.text !== text) return false
    this.#at++
    return true
  }
}
