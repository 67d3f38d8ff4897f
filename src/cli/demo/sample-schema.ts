/** The demo's database: small, and with everything that breaks naive exports. */
export const SAMPLE_SCHEMA = `
CREATE TABLE teams (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  lead_id INTEGER NOT NULL REFERENCES people (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  team_id INTEGER NOT NULL REFERENCES teams (id),
  mentor_id INTEGER REFERENCES people (id) ON DELETE SET NULL,
  born DATE,
  settings JSON NOT NULL DEFAULT '{}',
  initials TEXT GENERATED ALWAYS AS (substr(name, 1, 1)) STORED
);
CREATE TABLE orders (
  region TEXT NOT NULL,
  number INTEGER NOT NULL,
  buyer_id INTEGER NOT NULL REFERENCES people (id),
  placed_at DATETIME NOT NULL,
  PRIMARY KEY (region, number)
) WITHOUT ROWID;
CREATE TABLE order_lines (
  region TEXT NOT NULL,
  number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  "item name" TEXT NOT NULL,
  price NUMERIC(10,2) NOT NULL CHECK (price >= 0),
  weight REAL,
  PRIMARY KEY (region, number, line),
  FOREIGN KEY (region, number) REFERENCES orders (region, number) ON DELETE CASCADE
);
CREATE TABLE ledger (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, hash BLOB NOT NULL, memo ANY) STRICT;
CREATE TABLE "sélect ""odd"" names" ("from" TEXT, "a.b", "größe" REAL);
CREATE VIRTUAL TABLE notes USING fts5 (title, body);
CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT, at TEXT DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX orders_by_buyer ON orders (buyer_id, placed_at DESC);
CREATE INDEX expensive ON order_lines (price) WHERE price > 90;
CREATE VIEW spending AS SELECT buyer_id, sum(price) AS spent FROM orders JOIN order_lines USING (region, number) GROUP BY buyer_id;
CREATE TRIGGER people_changed AFTER UPDATE ON people BEGIN INSERT INTO audit (what) VALUES ('person ' || new.id); END;
CREATE TRIGGER people_added AFTER INSERT ON people BEGIN INSERT INTO audit (what) VALUES ('new person ' || new.id); END;
`
