import type { Engine } from '../schema.js'
import { parseExpression, type BinaryOperator, type Expression } from './expression.js'
import { isLiteral, printLiteral } from './print-literal.js'
import { quote } from './quote.js'

/**
 * What a column's values are to both engines alike. `opaque` ones rest as text that SQLite compares otherwise than
 * PostgreSQL compares the value (decimals as text, documents, text under a collation): only IS NULL crosses for them.
 */
export type ValueKind = 'boolean' | 'integer' | 'real' | 'decimal' | 'text' | 'enum' | 'date' | 'time' | 'timestamp' | 'timestamptz' | 'opaque'

export interface ExpressionContext {
  readonly from: Engine
  /** The exact name and the kind of a column that the other engine has too. */
  readonly column: (name: string) => { readonly name: string; readonly kind: ValueKind } | null
}

export type Crossing = { readonly sql: string; readonly kind: ValueKind } | { readonly reason: string }

class CannotCross extends Error {}

const refuse = (reason: string): never => {
  throw new CannotCross(reason)
}

/** A CHECK, or the condition of a partial index, in the other engine's words; or why it has none. */
export function crossCondition(text: string, context: ExpressionContext): Crossing {
  return crossing(text, context, (printer, expression) => ({ sql: printer.condition(expression), kind: 'boolean' }))
}

/** The expression of a generated column or of an index. */
export function crossValue(text: string, context: ExpressionContext): Crossing {
  return crossing(text, context, (printer, expression) => {
    const kind = printer.kind(expression)
    if (kind === null || kind === 'opaque') return refuse('its type is not the same in both engines')
    return { sql: printer.value(expression, kind), kind }
  })
}

function crossing(text: string, context: ExpressionContext, print: (printer: Printer, expression: Expression) => Crossing): Crossing {
  const expression = parseExpression(text, context.from)
  if (expression === null) return { reason: 'it uses more than columns, literals, comparisons, arithmetic, AND, OR, NOT, IN, BETWEEN and IS NULL' }
  try {
    return print(new Printer(context), expression)
  } catch (error) {
    if (error instanceof CannotCross) return { reason: error.message }
    throw error
  }
}

const NUMERIC = new Set<ValueKind>(['integer', 'real', 'decimal'])
/** Kinds whose order is the same in both engines; text has the order of its collation. Times are compared as ISO text in SQLite. */
const ORDERED = new Set<ValueKind>(['integer', 'real', 'decimal', 'date', 'time', 'timestamp', 'timestamptz'])

class Printer {
  readonly #context: ExpressionContext
  readonly #to: Engine

  constructor(context: ExpressionContext) {
    this.#context = context
    this.#to = context.from === 'sqlite' ? 'postgresql' : 'sqlite'
  }

  /** Null for a literal, which takes the kind of what it stands beside. */
  kind(expression: Expression): ValueKind | null {
    switch (expression.kind) {
      case 'column':
        return this.#column(expression)?.kind ?? null
      case 'string':
      case 'number':
      case 'null':
      case 'boolean':
        return null
      case 'blob':
        return refuse('it holds a blob')
      case 'minus':
        return this.kind(expression.operand)
      case 'cast':
        return this.#castKind(expression)
      case 'call':
        return this.#callKind(expression.name, expression.arguments)
      case 'binary':
        return this.#binaryKind(expression.operator, expression.left, expression.right)
      default:
        return 'boolean'
    }
  }

  condition(expression: Expression): string {
    if (expression.kind === 'null') return 'NULL'
    if (isLiteral(expression)) return printLiteral(expression, 'boolean', this.#to) ?? refuse('it takes a literal for a condition')
    const kind = this.kind(expression)
    if (kind === 'boolean') return this.value(expression, kind)
    if (kind === 'integer' || kind === 'decimal' || kind === 'real') return `(${this.value(expression, kind)} <> 0)`
    return refuse('it takes something else than true or false for a condition')
  }

  value(expression: Expression, kind: ValueKind): string {
    switch (expression.kind) {
      case 'column': {
        const column = this.#column(expression)
        return column === null ? this.#literal({ kind: 'string', text: expression.name }, kind) : quote(column.name)
      }
      case 'minus':
        return isLiteral(expression) ? this.#literal(expression, kind) : `(- ${this.value(expression.operand, numeric(kind))})`
      case 'not':
        return `(NOT ${this.condition(expression.operand)})`
      case 'is-null':
        return `(${this.#anything(expression.operand)} IS ${expression.negated ? 'NOT ' : ''}NULL)`
      case 'in': {
        if (expression.values.length === 0) return refuse('it uses IN with an empty list')
        const common = this.#common([expression.operand, ...expression.values])
        const list = expression.values.map((value) => this.value(value, common)).join(', ')
        return `(${this.value(expression.operand, common)} ${expression.negated ? 'NOT ' : ''}IN (${list}))`
      }
      case 'between': {
        const common = this.#ordered([expression.operand, expression.low, expression.high])
        const [operand, low, high] = [expression.operand, expression.low, expression.high].map((part) => this.value(part, common))
        return `(${operand} ${expression.negated ? 'NOT ' : ''}BETWEEN ${low} AND ${high})`
      }
      case 'binary':
        return this.#binary(expression.operator, expression.left, expression.right)
      case 'call': {
        const inner = expression.name === 'coalesce' ? kind : expression.name === 'abs' ? numeric(kind) : 'text'
        const name = expression.name === 'abs' || expression.name === 'coalesce' ? expression.name : 'length'
        return `${name}(${expression.arguments.map((argument) => this.value(argument, inner)).join(', ')})`
      }
      case 'cast':
        return isLiteral(expression) ? this.#literal(expression, kind) : this.value(expression.operand, kind)
      default:
        return this.#literal(expression, kind)
    }
  }

  #column(expression: Expression & { kind: 'column' }): { readonly name: string; readonly kind: ValueKind } | null {
    const column = this.#context.column(expression.name)
    if (column === null && !(expression.quoted && this.#context.from === 'sqlite')) return refuse(`it uses ${expression.name}, which does not cross`)
    return column
  }

  #literal(expression: Expression, kind: ValueKind): string {
    return printLiteral(expression, kind, this.#to) ?? refuse(`it compares ${kind} values with a literal of another kind`)
  }

  /** The operand of IS NULL: every column will do, whatever its kind. */
  #anything(expression: Expression): string {
    const inner = expression.kind === 'cast' ? expression.operand : expression
    return this.value(inner, this.kind(inner) ?? 'text')
  }

  #binaryKind(operator: BinaryOperator, left: Expression, right: Expression): ValueKind {
    if (operator === '||') return 'text'
    return /^[-+*/%]$/.test(operator) ? numeric(this.#common([left, right])) : 'boolean'
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): string {
    switch (operator) {
      case 'and':
      case 'or':
        return `(${this.condition(left)} ${operator.toUpperCase()} ${this.condition(right)})`
      case '||': {
        const common = this.#common([left, right])
        if (common !== 'text') return refuse('it joins what is not text')
        return `(${this.value(left, 'text')} || ${this.value(right, 'text')})`
      }
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return this.#arithmetic(operator, left, right)
      case '=':
      case '<>': {
        const common = this.#common([left, right])
        return `(${this.value(left, common)} ${operator} ${this.value(right, common)})`
      }
      case 'is':
      case 'is not': {
        const common = this.#common([left, right])
        const word = this.#to === 'sqlite' ? operator.toUpperCase() : operator === 'is' ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM'
        return `(${this.value(left, common)} ${word} ${this.value(right, common)})`
      }
      default: {
        const common = this.#ordered([left, right])
        return `(${this.value(left, common)} ${operator} ${this.value(right, common)})`
      }
    }
  }

  #arithmetic(operator: BinaryOperator, left: Expression, right: Expression): string {
    const common = numeric(this.#common([left, right]))
    if (common === 'decimal') return refuse('it computes with decimals, which SQLite does in binary floats')
    if (operator === '%' && common !== 'integer') return refuse('it uses % on numbers with a fraction')
    // SQLite gives NULL for a division by zero, PostgreSQL an error.
    if ((operator === '/' || operator === '%') && !(right.kind === 'number' && Number(right.text) !== 0)) return refuse('it divides by what may be zero')
    return `(${this.value(left, common)} ${operator} ${this.value(right, common)})`
  }

  #ordered(parts: readonly Expression[]): ValueKind {
    const common = this.#common(parts)
    return ORDERED.has(common) ? common : refuse('it orders text, which follows the collation')
  }

  /** The one kind that all parts have; integers go with reals and decimals. */
  #common(parts: readonly Expression[]): ValueKind {
    const kinds = new Set(parts.map((part) => this.kind(part)).filter((kind) => kind !== null))
    if (kinds.size === 0) return literalKind(parts)
    if (kinds.size === 2 && kinds.has('integer')) kinds.delete('integer')
    const [kind, ...more] = kinds
    if (kind === undefined || more.length > 0 || (kinds.size === 1 && !mixes(kind, parts, this))) return refuse('it compares values of different types')
    if (kind === 'opaque') return refuse('it compares a column whose values rest differently in the two engines')
    return kind
  }

  #castKind(expression: Expression & { kind: 'cast' }): ValueKind | null {
    const kind = this.kind(expression.operand)
    const to = castKind(expression.type)
    if (kind === null) return to ?? refuse(`it casts to ${expression.type}`)
    if (kind === 'opaque' || to === kind || (kind === 'integer' && to === 'decimal')) return kind
    if (kind === 'integer' && to === 'real') return 'real'
    return refuse(`it casts to ${expression.type}`)
  }

  #callKind(name: string, values: readonly Expression[]): ValueKind {
    switch (name) {
      case 'length':
      case 'char_length':
      case 'character_length':
        if (values.length === 1 && values[0] !== undefined && this.kind(values[0]) === 'text') return 'integer'
        return refuse('it takes the length of what is not text')
      case 'abs':
        return values.length === 1 ? numeric(this.#common(values)) : refuse('it uses abs() with several values')
      case 'coalesce':
        return values.length > 1 ? this.#common(values) : refuse('it uses coalesce() with one value')
      default:
        return refuse(`it uses ${name}()`)
    }
  }
}

function numeric(kind: ValueKind): ValueKind {
  return NUMERIC.has(kind) ? kind : refuse('it computes with what is not a number')
}

/** After integers gave way, what remains must be a number if there were integers. */
function mixes(kind: ValueKind, parts: readonly Expression[], printer: Printer): boolean {
  return NUMERIC.has(kind) || parts.every((part) => printer.kind(part) !== 'integer')
}

function literalKind(parts: readonly Expression[]): ValueKind {
  const all = parts.filter((part) => part.kind !== 'null')
  if (all.length > 0 && all.every((part) => part.kind === 'string' || part.kind === 'column')) return 'text'
  if (all.length > 0 && all.every((part) => /^-?\d+$/.test(part.kind === 'number' ? part.text : ''))) return 'integer'
  return refuse('it compares literals only')
}

function castKind(type: string): ValueKind | null {
  switch (type.replace(/^pg_catalog\./, '')) {
    case 'text':
    case 'character varying':
    case 'varchar':
      return 'text'
    case 'smallint':
    case 'integer':
    case 'bigint':
      return 'integer'
    case 'numeric':
      return 'decimal'
    case 'real':
    case 'double precision':
      return 'real'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'date'
    case 'time without time zone':
      return 'time'
    case 'timestamp without time zone':
      return 'timestamp'
    case 'timestamp with time zone':
      return 'timestamptz'
    default:
      return /^(?:bpchar|character|json|jsonb|bytea|uuid|interval|name|citext)$|\[\]$|\(/.test(type) ? null : 'enum'
  }
}
