import type pg from 'pg'
import type { Check } from '../../schema/schema.js'
import { join, literal, sql } from '../sql.js'
import { catalogue, collationName, ofNoExtension, userNamespace } from './catalogue.js'
import { groupBy } from './group-by.js'

/** One row of pg_type with what is needed to write its values down and to create it again. */
export interface TypeRow {
  readonly oid: string
  readonly namespace: string
  readonly name: string
  /** pg_type.typtype: base, composite, domain, enum, pseudo, range, multirange. */
  readonly kind: 'b' | 'c' | 'd' | 'e' | 'p' | 'r' | 'm'
  /** Element of a true array type (not of int2vector and the like), else null. */
  readonly element: string | null
  readonly delimiter: string
  /** What a domain is over. */
  readonly base: string | null
  /** The relation that holds a composite's fields. */
  readonly relation: string | null
  readonly extension: string | null
  /** True for what the user created as a type: no array, no row type of a table, not of an extension. */
  readonly own: boolean
  readonly declaredBase: string | null
  readonly notNull: boolean
  readonly default: string | null
  readonly collation: string | null
  readonly labels: readonly string[] | null
  readonly checks: readonly DomainCheck[] | null
  readonly subtype: string | null
  readonly declaredSubtype: string | null
  /** What of a range's definition is more than its subtype. */
  readonly rangeOptions: boolean
}

export interface DomainCheck extends Check {
  readonly enforced: boolean
}

export interface CompositeField {
  readonly relation: string
  readonly name: string
  readonly type: string
  readonly declared: string
  readonly collation: string | null
}

const types = sql`
  SELECT t.oid, n.nspname AS namespace, t.typname AS name, t.typtype AS kind, t.typdelim AS delimiter,
    CASE WHEN e.typarray = t.oid THEN t.typelem END AS element,
    nullif(t.typbasetype, 0) AS base, nullif(t.typrelid, 0) AS relation, x.extname AS extension,
    (${userNamespace} AND x.extname IS NULL AND e.typarray IS DISTINCT FROM t.oid AND t.typtype IN ('b', 'c', 'd', 'e', 'r') AND t.typisdefined
      AND (t.typtype <> 'c' OR r.relkind = 'c')) AS own,
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS "declaredBase",
    t.typnotnull AS "notNull", pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) AS default,
    CASE WHEN t.typtype = 'd' THEN ${collationName(sql`t.typcollation`, sql`b.typcollation`)} END AS collation,
    CASE WHEN t.typtype = 'e' THEN (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid) END AS labels,
    CASE WHEN t.typtype = 'd' THEN (SELECT json_agg(json_build_object('name', k.conname, 'expression', pg_get_expr(k.conbin, 0), 'validated', k.convalidated,
      'enforced', pg_get_constraintdef(k.oid) !~ ' NOT ENFORCED$') ORDER BY k.conname)
      FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END AS checks,
    nullif(g.rngsubtype, 0) AS subtype, CASE WHEN g.rngsubtype IS NOT NULL THEN format_type(g.rngsubtype, NULL) END AS "declaredSubtype",
    coalesce(g.rngcanonical <> 0 OR g.rngsubdiff <> 0 OR g.rngcollation <> s.typcollation, false) AS "rangeOptions"
  FROM pg_type t
    JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_type e ON e.oid = t.typelem
    LEFT JOIN pg_type b ON b.oid = t.typbasetype
    LEFT JOIN pg_class r ON r.oid = t.typrelid
    LEFT JOIN pg_range g ON g.rngtypid = t.oid
    LEFT JOIN pg_type s ON s.oid = g.rngsubtype
    LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension x ON x.oid = d.refobjid
  WHERE n.nspname NOT IN ('pg_toast', 'information_schema')
    AND (r.relkind IS DISTINCT FROM 'c' OR n.nspname !~ '^pg_temp')`

/** Every type there is, by object id. */
export async function introspectTypes(client: pg.ClientBase): Promise<ReadonlyMap<string, TypeRow>> {
  const found = await catalogue<TypeRow>(client, types)
  return new Map(found.map((type) => [type.oid, type]))
}

/** The fields of these composites (by their relation), in declared order; dropped ones are not among them. */
export async function introspectFields(client: pg.ClientBase, relations: readonly string[]): Promise<ReadonlyMap<string, readonly CompositeField[]>> {
  if (relations.length === 0) return new Map()
  const query = sql`
    SELECT a.attrelid AS relation, a.attname AS name, a.atttypid AS type, format_type(a.atttypid, a.atttypmod) AS declared,
      ${collationName(sql`a.attcollation`, sql`t.typcollation`)} AS collation
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY (ARRAY[${join(relations.map((oid) => literal(oid)))}]::oid[])
    ORDER BY a.attrelid, a.attnum`
  const found = await catalogue<CompositeField>(client, query)
  const byRelation = groupBy(found, (field) => field.relation)
  return new Map(relations.map((relation) => [relation, byRelation.get(relation) ?? []]))
}

/** Extensions that tables, columns' defaults, constraints, indexes or types of the user's are built upon. */
export async function introspectExtensions(client: pg.ClientBase): Promise<readonly string[]> {
  const found = await catalogue<{ readonly name: string }>(
    client,
    sql`
    SELECT DISTINCT x.extname AS name
    FROM pg_depend d
      JOIN pg_depend m ON m.classid = d.refclassid AND m.objid = d.refobjid AND m.deptype = 'e'
      JOIN pg_extension x ON x.oid = m.refobjid AND m.refclassid = 'pg_extension'::regclass
      LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
    WHERE d.deptype IN ('n', 'a') AND (c.relkind IN ('r', 'p', 'i', 'I', 'c') OR d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_type'::regclass))
      AND ${ofNoExtension(sql`d.classid`, sql`d.objid`)}`,
  )
  return found.map((row) => row.name)
}
