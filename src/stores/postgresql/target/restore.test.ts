import { expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/postgres/database.js'
import { contentOf, importRows, readRows, type ImportOptions, type Imported } from '../../../../test/postgres/import.js'
import { createRole } from '../../../../test/postgres/role.js'

/** Every kind of cycle, with rows that no order of tables can load. */
const CYCLES = `
CREATE TABLE nullable_a (id int PRIMARY KEY, b int);
CREATE TABLE nullable_b (id int PRIMARY KEY, a int REFERENCES nullable_a);
ALTER TABLE nullable_a ADD CONSTRAINT a_to_b FOREIGN KEY (b) REFERENCES nullable_b;
CREATE TABLE deferred_a (id int PRIMARY KEY, b int NOT NULL);
CREATE TABLE deferred_b (id int PRIMARY KEY, a int NOT NULL REFERENCES deferred_a DEFERRABLE);
ALTER TABLE deferred_a ADD FOREIGN KEY (b) REFERENCES deferred_b DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE strict_a (id int PRIMARY KEY, b int NOT NULL, code text NOT NULL UNIQUE);
CREATE TABLE strict_b (id int PRIMARY KEY, c int NOT NULL);
CREATE TABLE strict_c (x int, y int, a_code text NOT NULL REFERENCES strict_a (code) ON UPDATE CASCADE, id int UNIQUE, PRIMARY KEY (x, y));
ALTER TABLE strict_a ADD FOREIGN KEY (b) REFERENCES strict_b;
ALTER TABLE strict_b ADD FOREIGN KEY (c) REFERENCES strict_c (id);
CREATE TABLE self (id int PRIMARY KEY, boss int NOT NULL REFERENCES self);
CREATE TABLE leaf (id int PRIMARY KEY, a text NOT NULL REFERENCES strict_a (code));
`
const CYCLE_ROWS = `
INSERT INTO nullable_a VALUES (1), (2); INSERT INTO nullable_b VALUES (1, 2), (2, 1); UPDATE nullable_a SET b = id;
SET CONSTRAINTS ALL DEFERRED; INSERT INTO deferred_a VALUES (1, 2), (2, 1); INSERT INTO deferred_b VALUES (1, 1), (2, 2); SET CONSTRAINTS ALL IMMEDIATE;
WITH a AS (INSERT INTO strict_a VALUES (1, 2, 'one'), (2, 1, 'two')), b AS (INSERT INTO strict_b VALUES (1, 7), (2, 8))
  INSERT INTO strict_c VALUES (1, 1, 'two', 7), (1, 2, 'one', 8);
INSERT INTO self VALUES (1, 3), (2, 1), (3, 2);
INSERT INTO leaf VALUES (1, 'two');
`

const definitions = async (database: TestDatabase): Promise<unknown> =>
  database.query(`SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid <> 0 AND contype <> 'n' ORDER BY 1, 2`)

async function pair(schema: string, rows: string, version: 12 | 18 = 18): Promise<{ readonly source: TestDatabase; readonly target: TestDatabase }> {
  const [source, target] = await Promise.all([createDatabase(version), createDatabase(version)])
  await source.run(schema)
  await source.run(rows)
  await target.run(schema)
  return { source, target }
}

async function restore(source: TestDatabase, url: string, options: ImportOptions = {}): Promise<Imported> {
  return importRows(url, await readRows(source.url), options)
}

test.each([[18], [12]] as const)('PostgreSQL %i: the owner restores every kind of cycle into empty tables, and every constraint is as before', async (version) => {
  const { source, target } = await pair(CYCLES, CYCLE_ROWS, version)
  await target.run(`COMMENT ON CONSTRAINT a_to_b ON nullable_a IS 'it''s kept'`)
  const before = await definitions(target)
  await restore(source, target.url)
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  expect(await definitions(target)).toEqual(before)
})

test.each([[18], [12]] as const)('PostgreSQL %i: a role that owns nothing restores every kind of cycle with the references in place', async (version) => {
  const { source, target } = await pair(CYCLES, CYCLE_ROWS, version)
  const role = await createRole(target)
  await target.run(`GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role.name}`)
  const { loaded, applied } = await restore(source, role.url)
  expect(loaded).toMatchObject({ nullable_a: 2, nullable_b: 2, strict_c: 2, self: 3, leaf: 1 })
  // Only what cannot be written in any order waits.
  expect([...applied].sort()).toEqual(['leaf', 'nullable_a', 'strict_a', 'strict_b', 'strict_c'].concat('nullable_b').sort())
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('a cycle of which one table holds rows already is completed in place', async () => {
  const { source, target } = await pair(CYCLES, CYCLE_ROWS)
  const role = await createRole(target)
  await target.run(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}`)
  await target.run('SET session_replication_role = replica; INSERT INTO strict_b VALUES (1, 7)')
  const { verdicts } = await restore(source, role.url)
  expect(verdicts['strict_b']).toMatchObject({ new: 1, changed: 0, unchanged: 1 })
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

test('what no group of apply names is written all the same', async () => {
  const { source, target } = await pair(CYCLES, CYCLE_ROWS)
  const role = await createRole(target)
  await target.run(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}`)
  const { inBatches, openTarget, pairTables } = await import('../../../../test/postgres/import.js')
  const archive = await readRows(source.url)
  const opened = await openTarget(role.url)
  const tables = pairTables(archive.schema, opened.schema)
  await opened.prepare(tables)
  for (const table of tables) await opened.load(table, inBatches(archive.batches.get(table.source.id) ?? []))
  await opened.settle()
  await opened.end('commit')
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

const VIOLATED = `CREATE TABLE p (a int, b text, PRIMARY KEY (a, b)); CREATE TABLE c (id int PRIMARY KEY, a int, b text, CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p)`
const VIOLATION = `ALTER TABLE c DROP CONSTRAINT c_to_p; INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1, 1, 'x'), (2, NULL, 'y'); INSERT INTO c SELECT n, n, 'z' FROM generate_series(10, 16) n`

test('rows that refer to nothing are named: table, columns, value, number', async () => {
  const { source, target } = await pair(VIOLATED, VIOLATION)
  const failure = restore(source, target.url)
  await expect(failure).rejects.toMatchObject({
    code: 'REFERENCE_UNRESOLVED',
    place: { table: 'c', column: 'a, b', key: 'id=10' },
  })
  await expect(failure).rejects.toThrow('7 rows refer to nothing: a=10, b=z is not in p (foreign key c_to_p)')
  const { details } = (await failure.catch((error: unknown) => error)) as { details: string[] }
  expect(details).toHaveLength(6)
  expect(details[0]).toBe('c row id=10: a=10, b=z is not in p (a, b)')
  expect(details[5]).toBe('and 2 more')
  expect(await contentOf(target.url)).toEqual({ p: [], c: [] })
})

test('the same with the references in place, deferrable or not', async () => {
  for (const deferrable of ['', ' DEFERRABLE']) {
    const { source, target } = await pair(VIOLATED.replace('REFERENCES p', `REFERENCES p${deferrable}`), VIOLATION)
    const role = await createRole(target)
    await target.run(`GRANT SELECT, INSERT, UPDATE ON p, c TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}`)
    const failure = restore(source, role.url)
    await expect(failure).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'c' } })
    await expect(failure).rejects.toThrow(/c_to_p/)
    await expect(failure).rejects.toThrow(/10/)
    expect(await contentOf(target.url)).toEqual({ p: [], c: [] })
  }
})

test('a key that was never validated is put back so, whatever the rows', async () => {
  const { source, target } = await pair(VIOLATED, `${VIOLATION}; ALTER TABLE c ADD CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p NOT VALID`)
  await target.run('ALTER TABLE c DROP CONSTRAINT c_to_p; ALTER TABLE c ADD CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p NOT VALID')
  const before = await definitions(target)
  await restore(source, target.url)
  expect(await definitions(target)).toEqual(before)
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
})

const TRIGGERS = `
CREATE TABLE t (id int PRIMARY KEY, v text);
CREATE TABLE log (what text);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := NEW.v || TG_NAME; RETURN NEW; END';
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (TG_NAME || TG_OP); RETURN NULL; END';
CREATE TRIGGER origin BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE TRIGGER always AFTER INSERT OR UPDATE OR DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER never BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
CREATE RULE twice AS ON INSERT TO t DO ALSO INSERT INTO log VALUES ('rule');
ALTER TABLE t ENABLE ALWAYS TRIGGER always; ALTER TABLE t DISABLE TRIGGER never;
CREATE TABLE part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10) TO (20);
CREATE TRIGGER on_part AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE part2 DISABLE TRIGGER on_part;
CREATE TRIGGER own BEFORE INSERT ON part2 FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE part2 ENABLE REPLICA TRIGGER own;
`
const TRIGGER_ROWS = `SET session_replication_role = replica; ALTER TABLE t DISABLE TRIGGER ALL; ALTER TABLE part2 DISABLE TRIGGER ALL; INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 3) n; INSERT INTO part VALUES (1, 'a'), (11, 'b'); TRUNCATE log`
const states = async (database: TestDatabase): Promise<unknown> =>
  database.query(`SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger UNION ALL SELECT ev_class::regclass, rulename, ev_enabled FROM pg_rewrite WHERE rulename <> '_RETURN' ORDER BY 1, 2`)

test.each([[18], [12]] as const)('PostgreSQL %i: triggers and rules are silent, also on partitions, and each is as before afterwards', async (version) => {
  const { source, target } = await pair(TRIGGERS, TRIGGER_ROWS, version)
  const before = await states(target)
  await restore(source, target.url)
  expect(await states(target)).toEqual(before)
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  await target.run(`UPDATE t SET v = 'changed'`)
  await restore(source, target.url, { only: ['t', 'part'] })
  expect(await states(target)).toEqual(before)
  expect(await target.query('SELECT v FROM t WHERE id = 1')).toEqual([['v1']])
})

test('triggers fire on request', async () => {
  const { source, target } = await pair(TRIGGERS, TRIGGER_ROWS)
  await restore(source, target.url, { triggers: 'fire', only: ['t'] })
  expect(await target.query('SELECT v FROM t ORDER BY id')).toEqual([['v1origin'], ['v2origin'], ['v3origin']])
  expect(await target.query('SELECT what, count(*) FROM log GROUP BY 1 ORDER BY 1')).toEqual([['alwaysINSERT', '1'], ['lateINSERT', '3']])
})

test('a role that can neither disable the triggers nor act as a replica is told of --triggers fire, and may use it', async () => {
  const { source, target } = await pair(TRIGGERS, TRIGGER_ROWS)
  const role = await createRole(target)
  await target.run(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}; ALTER TABLE t ENABLE TRIGGER always`)
  const failure = restore(source, role.url, { only: ['t'] })
  await expect(failure).rejects.toMatchObject({ code: 'STORE_NOT_PERMITTED', place: { table: 't' } })
  await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('--triggers fire') as string })
  await restore(source, role.url, { only: ['t'], triggers: 'fire' })
  expect(await target.query('SELECT count(*) FROM t')).toEqual([['3']])
})

test('a role that may act as a replica silences the triggers of others, and references and deferrable keys are checked nevertheless', async () => {
  const schema = `${VIOLATED}; CREATE TABLE u (id int PRIMARY KEY, v int UNIQUE DEFERRABLE);
    CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''fired''; END'; CREATE TRIGGER stop BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION stop()`
  const { source, target } = await pair(schema, `ALTER TABLE c DISABLE TRIGGER stop; INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1, 1, 'x'); INSERT INTO u VALUES (1, 1), (2, 2)`)
  const role = await createRole(target)
  await target.run(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role.name}; GRANT USAGE ON SCHEMA public TO ${role.name}; GRANT SET ON PARAMETER session_replication_role TO ${role.name}`)
  await restore(source, role.url)
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  await source.run(`ALTER TABLE c DROP CONSTRAINT c_to_p; INSERT INTO c VALUES (2, 5, 'gone')`)
  await expect(restore(source, role.url)).rejects.toMatchObject({ code: 'REFERENCE_UNRESOLVED', place: { table: 'c', key: 'id=2' } })
  await source.run('DELETE FROM c WHERE id = 2; ALTER TABLE u DROP CONSTRAINT u_v_key; INSERT INTO u VALUES (3, 2)')
  await expect(restore(source, role.url)).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 'u' } })
})

test('a row that breaks a constraint is named by its place in the table', async () => {
  const { source, target } = await pair('CREATE TABLE t (id int PRIMARY KEY, n int)', 'INSERT INTO t SELECT n, n FROM generate_series(1, 5) n')
  await target.run('ALTER TABLE t ADD CONSTRAINT small CHECK (n < 4)')
  const failure = restore(source, target.url)
  await expect(failure).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATED', place: { table: 't', row: 4 } })
  await expect(failure).rejects.toThrow(/small/)
})

test('rows go into partitions, and references of a partition are no obstacle', async () => {
  const schema = `CREATE TABLE m (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10); CREATE TABLE m2 PARTITION OF m DEFAULT;
    CREATE TABLE z (id int PRIMARY KEY); ALTER TABLE m1 ADD FOREIGN KEY (id) REFERENCES z; CREATE TABLE a (m int REFERENCES m); CREATE TABLE b (m int REFERENCES m1)`
  const { source, target } = await pair(schema, 'INSERT INTO z VALUES (1); INSERT INTO m VALUES (1), (11); INSERT INTO a VALUES (11), (1); INSERT INTO b VALUES (1)')
  const before = await definitions(target)
  await restore(source, target.url)
  expect(await contentOf(target.url)).toEqual(await contentOf(source.url))
  expect(await definitions(target)).toEqual(before)
})
