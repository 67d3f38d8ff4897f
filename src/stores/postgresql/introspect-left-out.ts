import type pg from 'pg'
import type { LeftOut } from '../../schema/schema.js'
import { tableId } from '../../schema/table-id.js'
import { literal, sql, type Sql } from '../sql.js'
import { catalogue, ofNoExtension, userNamespace } from './catalogue.js'

interface FoundRow {
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
  /** Put behind the name as it is: arguments, or what the object is on. */
  readonly suffix: string
}

const ofUser = (catalogueName: string, oid: Sql): Sql => sql`${userNamespace} AND ${ofNoExtension(literal(catalogueName), oid)}`

const found = sql`
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END AS kind, n.nspname AS namespace, c.relname AS name, '' AS suffix
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm', 'f') AND NOT c.relispartition AND ${ofUser('pg_class', sql`c.oid`)}
  UNION ALL
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, p.proname, '(' || pg_get_function_identity_arguments(p.oid) || ')'
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE ${ofUser('pg_proc', sql`p.oid`)}
      -- Constructors that a range type brought with it.
      AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
  UNION ALL
  SELECT 'trigger', n.nspname, c.relname, '.' || t.tgname
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND NOT c.relispartition AND ${ofUser('pg_class', sql`c.oid`)}
  UNION ALL
  SELECT 'rule', n.nspname, c.relname, '.' || r.rulename
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND ${ofUser('pg_class', sql`c.oid`)}
  UNION ALL
  SELECT 'policy', n.nspname, c.relname, '.' || p.polname
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${ofUser('pg_class', sql`c.oid`)}
  UNION ALL
  SELECT 'event trigger', NULL, t.evtname, '' FROM pg_event_trigger t WHERE ${ofNoExtension(literal('pg_event_trigger'), sql`t.oid`)}
  UNION ALL
  SELECT 'statistics', n.nspname, s.stxname, '' FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
    WHERE ${ofUser('pg_statistic_ext', sql`s.oid`)}
  UNION ALL
  SELECT 'collation', n.nspname, l.collname, '' FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
    WHERE ${ofUser('pg_collation', sql`l.oid`)}
  UNION ALL
  SELECT 'operator', n.nspname, o.oprname, ' (' || format_type(o.oprleft, NULL) || ', ' || format_type(o.oprright, NULL) || ')'
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${ofUser('pg_operator', sql`o.oid`)}
  UNION ALL
  SELECT 'text search configuration', n.nspname, f.cfgname, '' FROM pg_ts_config f JOIN pg_namespace n ON n.oid = f.cfgnamespace
    WHERE ${ofUser('pg_ts_config', sql`f.oid`)}
  UNION ALL
  SELECT 'large objects', NULL, count(*)::text, '' FROM pg_largeobject_metadata HAVING count(*) > 0`

const REASONS: Readonly<Record<string, string>> = Object.freeze({
  view: 'it holds no rows of its own',
  'materialized view': 'it holds no rows of its own; refresh it after an import',
  'foreign table': 'its rows live in another store',
  'large objects': 'they are no rows of a table; back them up with pg_dump --large-objects',
  statistics: 'it holds no rows of its own',
})

/** Objects of the user's that hold no rows, or rows that an archive does not carry; in order of kind and name. */
export async function introspectLeftOut(client: pg.ClientBase): Promise<readonly LeftOut[]> {
  const rows = await catalogue<FoundRow>(client, sql`SELECT * FROM (${found}) f ORDER BY kind, namespace, name, suffix`)
  return rows.map((row) => ({
    kind: row.kind,
    name: tableId(row.namespace, row.name) + row.suffix,
    reason: REASONS[row.kind] ?? 'it is code of the application; its own migrations create it',
  }))
}
