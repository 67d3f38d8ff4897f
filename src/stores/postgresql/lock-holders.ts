import { sql } from '../sql.js'

/** Who holds locks of these modes ($2) on these relations ($1, oids): schema, name and a description, whoever has been at it longest first. */
export const LOCK_HOLDERS = sql`
  SELECT n.nspname, c.relname, pg_catalog.concat_ws(', ',
    CASE WHEN l.pid IS NULL THEN 'a prepared transaction' ELSE pg_catalog.concat('process ', l.pid) END,
    'role ' || a.usename, 'application ' || NULLIF(a.application_name, ''), 'from ' || pg_catalog.host(a.client_addr),
    CASE WHEN a.xact_start IS NOT NULL THEN 'in a transaction since ' || a.xact_start::pg_catalog.timestamptz(0) END,
    a.state, 'holds ' || pg_catalog.string_agg(DISTINCT l.mode, ' and '))
  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE l.relation = ANY ($1::pg_catalog.oid[]) AND l.granted AND l.mode = ANY ($2::pg_catalog.text[])
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
  GROUP BY n.nspname, c.relname, l.pid, l.virtualtransaction, a.usename, a.application_name, a.client_addr, a.xact_start, a.state
  ORDER BY a.xact_start`
