import { ident, sql, verbatim, type Sql } from '../../sql.js'

/**
 * For LATERAL beside a type `t`: schema and name of the operator by which its keys are equal, as `nspname` and `oprname`; no
 * row where it has none of its own. The search path need not lead to it, and `=` might find another type's.
 */
export const DEFAULT_EQUALITY: Sql = sql`(SELECT n.nspname, o.oprname FROM pg_catalog.pg_opclass c
    JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
    JOIN pg_catalog.pg_amop s ON s.amopfamily = c.opcfamily AND s.amoplefttype = c.opcintype AND s.amoprighttype = c.opcintype
      AND s.amopstrategy = CASE m.amname WHEN 'btree' THEN 3 WHEN 'hash' THEN 1 END
    JOIN pg_catalog.pg_operator o ON o.oid = s.amopopr JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
  WHERE c.opcdefault AND (c.opcintype = t.oid
    OR c.opcintype IN (SELECT k.casttarget FROM pg_catalog.pg_cast k WHERE k.castsource = t.oid AND k.castmethod = 'b' AND k.castcontext = 'i'))
  ORDER BY c.opcintype = t.oid DESC, m.amname LIMIT 1)`

export function operator(namespace: string | null | undefined, name: string | null | undefined): Sql | null {
  return typeof namespace === 'string' && typeof name === 'string' ? sql`OPERATOR(${ident(namespace)}.${verbatim(name)})` : null
}
