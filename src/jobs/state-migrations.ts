/** One script a version of the state file, in order; one that was released is never changed. */
export const STATE_MIGRATIONS: readonly string[] = Object.freeze([
  `
  CREATE TABLE job (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    store TEXT,
    user TEXT NOT NULL,
    state TEXT NOT NULL,
    created TEXT NOT NULL,
    started TEXT,
    finished TEXT,
    seconds REAL,
    counts TEXT NOT NULL DEFAULT '{}',
    error TEXT
  ) STRICT;
  CREATE INDEX job_unfinished ON job (state) WHERE state IN ('queued', 'running');
  CREATE TABLE api_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    hash BLOB NOT NULL,
    created TEXT NOT NULL,
    expires TEXT,
    revoked TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    user TEXT,
    role TEXT,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    status INTEGER NOT NULL,
    request TEXT NOT NULL
  ) STRICT;
  CREATE TABLE server (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER NOT NULL, host TEXT NOT NULL, started TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE job ADD COLUMN bytes INTEGER;
  ALTER TABLE job ADD COLUMN result TEXT;
  `,
])
