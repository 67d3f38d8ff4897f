import type { LoomTables } from './loom-tables.js'

/** Settings; the locks and instances of several servers are in PostgreSQL alone. */
export const CONFIG_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE config_kv (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at DATETIME NOT NULL
);
`,
  postgresql: `
CREATE TABLE config_kv (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE distributed_locks (
  lock_name TEXT PRIMARY KEY,
  instance_id TEXT NOT NULL,
  acquired_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMP NOT NULL,
  heartbeat_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_distributed_locks_expires_at ON distributed_locks (expires_at);

CREATE TABLE instances (
  instance_id TEXT PRIMARY KEY,
  hostname TEXT NOT NULL,
  started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_heartbeat TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  status TEXT NOT NULL DEFAULT 'active',
  metadata JSONB
);
CREATE INDEX idx_instances_last_heartbeat ON instances (last_heartbeat);
`,
})
