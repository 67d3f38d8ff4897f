import Database from 'better-sqlite3'
import { SAMPLE_SCHEMA } from './sample-schema.js'

/** Makes a second database of the same application at `path`: some of the same people under other ids, and rows of its own. */
export function makeOfficeDatabase(path: string): void {
  const db = new Database(path)
  try {
    db.exec(SAMPLE_SCHEMA)
    db.exec(`
      BEGIN;
      PRAGMA defer_foreign_keys = ON;
      INSERT INTO teams VALUES (1, 'The office', 2);
      INSERT INTO people (id, email, name, team_id, born) VALUES
        (2, 'head@example.org', 'Head of the office', 1, NULL),
        (3, 'person7@example.org', 'Seven, as the office knows her', 1, NULL),
        (4, 'person8@example.org', 'Number Eight', 1, '1990-01-01');
      INSERT INTO orders VALUES ('office', 1, 3, '2026-03-01 09:00:00');
      INSERT INTO order_lines VALUES ('office', 1, 1, 'Pencils', 4.5, NULL);
      DELETE FROM audit;
      COMMIT;
    `)
  } finally {
    db.close()
  }
}
