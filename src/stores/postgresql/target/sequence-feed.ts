import { sql, type Sql } from '../../sql.js'

/** For WITH: which sequences (`seq`) feed which columns (`rel`, `att`), by owning them or by standing in their defaults. */
export const SEQUENCE_FEED: Sql = sql`feed(seq, rel, att) AS (
      SELECT d.objid, d.refobjid, d.refobjsubid::pg_catalog.int4 FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
      UNION
      SELECT d.refobjid, e.adrelid, e.adnum::pg_catalog.int4 FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_attrdef e ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = e.oid WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)`
