import type { Check, Schema, UserType } from '../schema.js'
import { tableId } from '../table-id.js'
import { parseExpression } from './expression.js'
import { builtInType, recallType } from './remembered-type.js'
import { crossTableName, fold, LONGEST_NAME } from './table-names.js'

type EnumType = UserType & { readonly kind: 'enum' }

export interface RecoveredEnums {
  readonly types: readonly EnumType[]
  /** Checks that only said what the labels are. */
  readonly checks: ReadonlySet<Check>
}

/**
 * The enum types of PostgreSQL that an SQLite schema remembers: a column declared `TEXT "public.mood"` with a check
 * `mood IN ('sad', 'ok')`. A name with different labels in two places is no enum.
 */
export function recoverEnums(schema: Schema): RecoveredEnums {
  const found = new Map<string, { type: EnumType; checks: Check[]; agreed: boolean }>()
  const tables = new Set(schema.tables.map((table) => crossTableName(table, 'postgresql').id))
  for (const table of schema.tables) {
    for (const column of table.columns) {
      const recalled = recallType(column.type.declared)
      if (recalled === null || recalled.array || recalled.modifiers.length > 0 || builtInType(recalled) !== null) continue
      const namespace = recalled.namespace ?? 'public'
      const id = tableId(namespace, recalled.name)
      const [check, labels] = labelCheck(table.checks, column.name) ?? []
      if (check === undefined || labels === undefined || tables.has(id) || !isName(namespace) || !isName(recalled.name) || /^(?:pg_|information_schema$)/.test(namespace)) continue
      const known = found.get(id)
      if (known === undefined) found.set(id, { type: { kind: 'enum', id, namespace, name: recalled.name, labels }, checks: [check], agreed: true })
      else {
        known.checks.push(check)
        known.agreed &&= JSON.stringify(known.type.labels) === JSON.stringify(labels)
      }
    }
  }
  const agreed = [...found.values()].filter((entry) => entry.agreed)
  return { types: agreed.map((entry) => entry.type), checks: new Set(agreed.flatMap((entry) => entry.checks)) }
}

function labelCheck(checks: readonly Check[], column: string): readonly [Check, readonly string[]] | null {
  for (const check of checks) {
    const expression = parseExpression(check.expression, 'sqlite')
    if (expression?.kind !== 'in' || expression.negated || expression.operand.kind !== 'column' || fold(expression.operand.name) !== fold(column)) continue
    const labels = expression.values.map((value) => (value.kind === 'string' ? value.text : null)).filter((label) => label !== null)
    const whole = labels.length === expression.values.length && labels.length > 0 && new Set(labels).size === labels.length
    if (whole && labels.every(isName)) return [check, labels]
  }
  return null
}

/** What may name a type or be a label in PostgreSQL. */
function isName(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= LONGEST_NAME && !text.includes('\0')
}
