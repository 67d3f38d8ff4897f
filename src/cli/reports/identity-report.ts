import type { TableIdentity } from '../../schema/table-identity.js'
import type { Field } from '../command.js'
import type { JsonObject } from '../json.js'

/** `prefix`: where the identity stands, with its dot. */
export function identityFields(prefix: string): readonly Field[] {
  return [
    { path: `${prefix}rules[].columns[]`, type: 'string', means: 'columns whose values make a row there and a row here the same; rules are tried in order, and without any the whole row counts' },
    { path: `${prefix}rules[].origin`, type: 'string', means: '`declared`, `primary-key` or `unique`' },
    { path: `${prefix}rules[].because`, type: 'string', means: 'why this rule, in words' },
    { path: `${prefix}surrogates[]`, type: 'string', means: 'columns of keys whose values each database gives for itself' },
  ]
}

export function identityJson({ rules, surrogates }: TableIdentity): JsonObject {
  return { rules: rules.map(({ columns, origin, because }) => ({ columns, origin, because })), surrogates }
}

/** `email`, `(order_id, line), else id`, `(source, target), one by one`, `the whole row` */
export function identityText({ rules }: TableIdentity): string {
  if (rules.length === 0) return 'the whole row'
  return rules.map(({ columns, alike }) => `${columns.length === 1 ? columns.join('') : `(${columns.join(', ')})`}${alike === true ? ', one by one' : ''}`).join(', else ')
}
