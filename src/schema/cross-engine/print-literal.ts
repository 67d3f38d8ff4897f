import type { Engine } from '../schema.js'
import { hasForm } from '../text-forms.js'
import type { ValueKind } from './cross-expression.js'
import type { Expression } from './expression.js'
import { quoteString } from './quote.js'

export function isLiteral(expression: Expression): boolean {
  switch (expression.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return true
    case 'minus':
      return expression.operand.kind === 'number'
    case 'cast':
      return isLiteral(expression.operand)
    default:
      return false
  }
}

/** A literal as a value of that kind in that engine; null when it is none. */
export function printLiteral(expression: Expression, kind: ValueKind, to: Engine): string | null {
  switch (expression.kind) {
    case 'null':
      return 'NULL'
    case 'cast':
      return printCast(expression, kind, to)
    case 'boolean':
      if (kind === 'boolean') return truth(expression.value, to)
      return kind === 'integer' ? (expression.value ? '1' : '0') : null
    case 'number':
      return printNumber(expression.text, kind, to)
    case 'minus':
      return expression.operand.kind === 'number' ? printNumber(`-${expression.operand.text}`, kind, to) : null
    case 'string':
      return printString(expression.text, kind)
    default:
      return null
  }
}

/** PostgreSQL prints `'-1'::integer` and `(0)::numeric`; text in a cast is a number only there. */
function printCast(expression: Expression & { kind: 'cast' }, kind: ValueKind, to: Engine): string | null {
  const { operand, type } = expression
  const numeric = /^(?:smallint|integer|bigint|numeric|real|double precision)$/.test(type)
  if (operand.kind === 'string' && numeric) return printNumber(operand.text, kind, to)
  // A cast that rounds is a computation of its own.
  if (operand.kind === 'number' && /int/.test(type) && !/^\d+$/.test(operand.text)) return null
  if (operand.kind === 'string' && type === 'boolean') return kind === 'boolean' && /^(?:t|true|f|false)$/.test(operand.text) ? truth(operand.text.startsWith('t'), to) : null
  return printLiteral(operand, kind, to)
}

function printNumber(text: string, kind: ValueKind, to: Engine): string | null {
  if (!/^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return null
  switch (kind) {
    case 'boolean':
      return text === '0' || text === '1' ? truth(text === '1', to) : null
    case 'integer':
    case 'real':
    case 'decimal':
      return text.startsWith('-') ? `(${text})` : text
    default:
      return null
  }
}

function printString(text: string, kind: ValueKind): string | null {
  if (text.includes('\0')) return null
  switch (kind) {
    case 'text':
    case 'enum':
      return quoteString(text)
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return hasForm(text, kind) ? quoteString(text) : null
    default:
      return null
  }
}

function truth(value: boolean, to: Engine): string {
  return to === 'sqlite' ? (value ? '1' : '0') : value ? 'TRUE' : 'FALSE'
}
