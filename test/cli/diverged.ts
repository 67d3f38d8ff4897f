import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { exportStore } from '../../src/transfer/export-store.js'

const BASE = `
  CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, bio TEXT);
  CREATE TABLE pages (id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, author_id INTEGER NOT NULL REFERENCES people (id));
  CREATE TABLE comments (
    id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages (id), author_id INTEGER NOT NULL REFERENCES people (id),
    written_at TEXT NOT NULL, text TEXT NOT NULL
  );
  INSERT INTO people VALUES (1, 'ann@example.org', 'Ann', NULL), (2, 'bob@example.org', 'Bob', NULL);
  INSERT INTO pages VALUES (1, 'about', 'About', 1), (2, 'old', 'Old', 2), (3, 'help', 'Help', 2);
  INSERT INTO comments VALUES (1, 1, 2, '2026-01-01T10:00:00Z', 'Nice.'), (2, 3, 1, '2026-01-02T10:00:00Z', 'Thanks!');
`

const DEV = `
  INSERT INTO people VALUES (3, 'cy@example.org', 'Cy', NULL);
  UPDATE people SET bio = 'Writes.' WHERE id = 1;
  UPDATE pages SET title = 'About this site' WHERE id = 1;
  DELETE FROM pages WHERE id = 2;
  INSERT INTO pages VALUES (4, 'news', 'News', 3);
  INSERT INTO comments VALUES (3, 4, 3, '2026-02-01T10:00:00Z', 'First!');
`

/** What happened in live.db since. */
export const LIVE = `
  INSERT INTO people VALUES (3, 'dan@example.org', 'Dan', NULL);
  UPDATE people SET name = 'Anna' WHERE id = 1;
  UPDATE pages SET title = 'About us' WHERE id = 1;
  INSERT INTO comments VALUES (3, 3, 3, '2026-02-02T10:00:00Z', 'It helps.');
`

/** live.db, dev.db that was once a copy of it, and base.tar.gz from before both were worked with. */
export async function divergedDatabases(folder: string): Promise<void> {
  const [live, dev] = [join(folder, 'live.db'), join(folder, 'dev.db')]
  change(live, BASE)
  await exportStore({ store: live, output: join(folder, 'base.tar.gz') })
  copyFileSync(live, dev)
  change(dev, DEV)
  change(live, LIVE)
}

function change(path: string, sql: string): void {
  const database = new Database(path)
  database.exec(sql)
  database.close()
}
