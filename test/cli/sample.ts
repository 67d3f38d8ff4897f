import Database from 'better-sqlite3'

/** A small database with what the command has to show: a cycle, a self reference, a view, odd names. */
export function sampleDatabase(path: string): void {
  const database = new Database(path)
  database.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, boss_id INTEGER REFERENCES users (id), first_order_id INTEGER REFERENCES orders (id));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, total REAL);
    CREATE TABLE "注文 table" (a TEXT, b INTEGER, PRIMARY KEY (a, b));
    CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 100;
    INSERT INTO users VALUES (1, 'Ann', NULL, NULL), (2, 'Bob', 1, NULL), (3, 'Cy', 1, NULL);
    INSERT INTO orders VALUES (10, 1, 12.5), (11, 2, 250), (12, 2, 7);
    UPDATE users SET first_order_id = 11 WHERE id = 2;
    INSERT INTO "注文 table" VALUES ('x', 9007199254740993), ('', 0);
  `)
  database.close()
}

/** The sample under other ids, and after some work: something of every kind that `diff` tells. */
export function otherDatabase(path: string): void {
  sampleDatabase(path)
  const database = new Database(path)
  database.exec(`
    PRAGMA foreign_keys = OFF;
    UPDATE users SET id = id + 40, boss_id = boss_id + 40;
    UPDATE orders SET user_id = user_id + 40;
    UPDATE users SET boss_id = NULL WHERE name = 'Bob';
    INSERT INTO users VALUES (50, 'Di', 41, NULL);
    DELETE FROM users WHERE name = 'Cy';
    ALTER TABLE orders ADD COLUMN note TEXT;
    UPDATE orders SET total = NULL WHERE id = 10;
    CREATE TABLE fresh (id INTEGER PRIMARY KEY);
  `)
  database.close()
}

/** Many rows, quickly, so that there is time to stop. */
export function largeDatabase(path: string, rows: number): void {
  const database = new Database(path)
  database.pragma('journal_mode = OFF')
  database.exec(`
    CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT NOT NULL);
    INSERT INTO log SELECT value, hex(randomblob(100)) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${rows}) SELECT value FROM n);
  `)
  database.close()
}
