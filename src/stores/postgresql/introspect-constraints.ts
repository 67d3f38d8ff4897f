import type pg from 'pg'
import { present } from '../../errors/present.js'
import type { Check, Deferrability, Key, LeftOut, Reference, ReferenceAction } from '../../schema/schema.js'
import { sql } from '../sql.js'
import { catalogue } from './catalogue.js'
import { groupBy } from './group-by.js'
import type { Relation } from './introspect-relations.js'

/** What constraints say about one table. */
export interface TableConstraints {
  readonly primaryKey: Key | null
  readonly uniques: readonly Key[]
  readonly references: readonly Reference[]
  readonly checks: readonly Check[]
  /** Columns whose NOT NULL is not validated, so that old rows may hold NULL. */
  readonly notYetNotNull: ReadonlySet<number>
  readonly leftOut: readonly LeftOut[]
}

interface ConstraintRow {
  readonly table: string
  readonly name: string
  readonly kind: 'p' | 'u' | 'f' | 'c' | 'x' | 'n'
  readonly columns: readonly number[] | null
  readonly target: string
  readonly targetName: string | null
  readonly targetColumns: readonly number[] | null
  readonly onUpdate: string
  readonly onDelete: string
  readonly match: string
  readonly deferrable: boolean
  readonly deferred: boolean
  readonly validated: boolean
  readonly expression: string | null
  readonly definition: string
}

/**
 * Clones that partitions and references to partitioned tables carry have a parent; they are not constraints of their own. Keys
 * come in the order in which they were declared, for identities are tried in it.
 */
const constraints = sql`
  SELECT k.conrelid AS table, k.conname AS name, k.contype AS kind, k.conkey AS columns, k.confrelid AS target,
    CASE WHEN k.contype = 'f' THEN k.confrelid::regclass::text END AS "targetName", k.confkey AS "targetColumns",
    k.confupdtype AS "onUpdate", k.confdeltype AS "onDelete", k.confmatchtype AS match,
    k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AS validated,
    CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END AS expression, pg_get_constraintdef(k.oid) AS definition
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x', 'n') AND k.conparentid = 0 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  ORDER BY k.conrelid, CASE WHEN k.contype IN ('p', 'u') THEN k.oid END, k.conname`

/** Constraints by the table's object id. */
export async function introspectConstraints(client: pg.ClientBase, relations: ReadonlyMap<string, Relation>): Promise<ReadonlyMap<string, TableConstraints>> {
  const found = groupBy(await catalogue<ConstraintRow>(client, constraints), (row) => row.table)
  return new Map([...relations].map(([oid, relation]) => [oid, tableConstraints(relation, found.get(oid) ?? [], relations)]))
}

function tableConstraints(relation: Relation, rows: readonly ConstraintRow[], relations: ReadonlyMap<string, Relation>): TableConstraints {
  const leftOut: LeftOut[] = []
  const leave = (kind: string, row: ConstraintRow, reason: string): void => void leftOut.push({ kind, name: `${relation.id}.${row.name}`, reason })
  const keys: { readonly primary: boolean; readonly key: Key }[] = []
  const references: Reference[] = []
  const checks: Check[] = []
  const notYetNotNull = new Set<number>()
  for (const row of rows) {
    const enforced = !row.definition.endsWith(' NOT ENFORCED')
    if (row.kind === 'p' || row.kind === 'u') {
      keys.push({ primary: row.kind === 'p', key: key(relation, row) })
      if (row.definition.includes(' WITHOUT OVERLAPS)')) leave('temporal constraint', row, `carried as an ordinary key: ${row.definition}`)
      if (/ INCLUDE \(/.test(row.definition)) leave('included columns', row, `carried as a key without them: ${row.definition}`)
    } else if (row.kind === 'f') {
      const target = relations.get(row.target)
      if (!enforced) leave('foreign key', row, `the database does not enforce it: ${row.definition}`)
      else if (row.definition.includes(', PERIOD ')) leave('foreign key', row, `refers to periods of time, not to rows: ${row.definition}`)
      else if (target === undefined) leave('foreign key', row, `refers to ${present(row.targetName)}, which is a partition or of an extension: ${row.definition}`)
      else {
        if (/ ON DELETE SET (NULL|DEFAULT) \(/.test(row.definition)) leave('foreign key action', row, `carried for all its columns: ${row.definition}`)
        references.push(reference(relation, target, row))
      }
    } else if (row.kind === 'c') {
      if (enforced) checks.push({ name: row.name, expression: present(row.expression), validated: row.validated })
      else leave('check', row, `the database does not enforce it: ${row.definition}`)
    } else if (row.kind === 'x') {
      leave('exclusion constraint', row, `the target checks keys, references and conditions only: ${row.definition}`)
    } else if (!row.validated) {
      for (const number of present(row.columns)) notYetNotNull.add(number)
      leave('not-null constraint', row, `not validated, so rows may hold NULL: ${row.definition}`)
    }
  }
  return {
    primaryKey: keys.find((each) => each.primary)?.key ?? null,
    uniques: keys.filter((each) => !each.primary).map((each) => each.key),
    references,
    checks,
    notYetNotNull,
    leftOut,
  }
}

function key(relation: Relation, row: ConstraintRow): Key {
  return {
    name: row.name,
    columns: names(relation, row.columns),
    deferrability: deferrability(row),
    nullsNotDistinct: row.definition.startsWith('UNIQUE NULLS NOT DISTINCT '),
  }
}

const ACTIONS: Readonly<Record<string, ReferenceAction>> = Object.freeze({ a: 'no-action', r: 'restrict', c: 'cascade', n: 'set-null', d: 'set-default' })

function reference(relation: Relation, target: Relation, row: ConstraintRow): Reference {
  return {
    name: row.name,
    columns: names(relation, row.columns),
    table: target.id,
    targetColumns: names(target, row.targetColumns),
    onUpdate: present(ACTIONS[row.onUpdate]),
    onDelete: present(ACTIONS[row.onDelete]),
    match: row.match === 'f' ? 'full' : 'simple',
    deferrability: deferrability(row),
    validated: row.validated,
  }
}

function deferrability(row: ConstraintRow): Deferrability {
  if (!row.deferrable) return 'not-deferrable'
  return row.deferred ? 'initially-deferred' : 'initially-immediate'
}

function names(relation: Relation, numbers: readonly number[] | null): readonly string[] {
  return present(numbers).map((number) => present(relation.attributes.get(number)).name)
}
