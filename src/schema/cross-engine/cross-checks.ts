import type { Check } from '../schema.js'
import type { ConstraintPlan } from './constraint-plan.js'
import { crossCondition } from './cross-expression.js'
import { findColumn } from './find-name.js'
import { parsePostgresqlType } from './postgresql-type-name.js'
import { quote, quoteString } from './quote.js'
import type { TableDraft } from './table-draft.js'
import { domainsOf, findUserType } from './user-types.js'

/** Checks of a table, of the domains its columns are of, and of the labels of its enums. `recovered` ones became enum types. */
export function crossChecks(draft: TableDraft, recovered: ReadonlySet<Check>, plan: ConstraintPlan): readonly Check[] {
  const crossed: Check[] = []
  const taken = new Set<string>()
  const add = (name: string | null, expression: string): void => void crossed.push(Object.freeze({ name, expression, validated: true }))
  const cross = (check: Check, shown: string, context = draft.context): void => {
    if (!check.validated) return draft.note('check', shown, 'it is NOT VALID, which SQLite does not have: rows that break it would be refused')
    const crossing = crossCondition(check.expression, context)
    if ('reason' in crossing) return draft.note('check', shown, `${check.expression}: ${crossing.reason}`)
    add(plan.to === 'sqlite' ? check.name : plan.names.distinct(taken, check.name ?? `${draft.name.name}_check`), crossing.sql)
  }
  for (const check of draft.source.checks) {
    if (!recovered.has(check)) cross(check, `${draft.source.id}${check.name === null ? '' : `.${check.name}`}`)
  }
  if (plan.to === 'sqlite') {
    for (const column of draft.columns) {
      const source = findColumn(draft.source, column.name, 'postgresql')
      if (source === undefined) continue
      for (const domain of domainsOf(source.type, plan.from.types)) {
        const value = draft.context.column(column.name)
        for (const check of domain.checks) cross({ ...check, name: null }, `${draft.source.id}.${column.name}`, { from: 'postgresql', column: (name) => (name === 'value' ? value : null) })
      }
      const base = domainsOf(source.type, plan.from.types).at(-1)?.base ?? source.type.declared
      const parsed = parsePostgresqlType(base)
      const type = parsed === null || parsed.array ? undefined : findUserType(parsed, plan.from.types)
      if (type?.kind === 'enum' && type.labels.length > 0) add(null, `${quote(column.name)} IN (${type.labels.map(quoteString).join(', ')})`)
    }
  }
  return crossed
}
