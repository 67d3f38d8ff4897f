import type { LoomTables } from './loom-tables.js'

/** Three kinds of log. SQLite's logs refer to a table beads that is nowhere, as the application made them; the two request_logs are two different tables. */
export const LOGGING_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE logs (
  id TEXT PRIMARY KEY,
  timestamp DATETIME NOT NULL,
  level TEXT NOT NULL,
  source TEXT NOT NULL,
  message TEXT NOT NULL,
  metadata_json TEXT,
  agent_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  bead_id TEXT REFERENCES beads (id) ON DELETE SET NULL,
  project_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
  provider_id TEXT REFERENCES providers (id) ON DELETE SET NULL
);
CREATE INDEX idx_logs_agent_id ON logs (agent_id);
CREATE INDEX idx_logs_bead_id ON logs (bead_id);
CREATE INDEX idx_logs_level ON logs (level);
CREATE INDEX idx_logs_source ON logs (source);
CREATE INDEX idx_logs_timestamp ON logs (timestamp DESC);

CREATE TABLE request_logs (
  id TEXT PRIMARY KEY,
  timestamp DATETIME NOT NULL,
  user_id TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  provider_id TEXT,
  model_name TEXT,
  prompt_tokens INTEGER,
  completion_tokens INTEGER,
  total_tokens INTEGER,
  latency_ms INTEGER,
  status_code INTEGER,
  cost_usd REAL,
  error_message TEXT,
  request_body TEXT,
  response_body TEXT,
  metadata_json TEXT,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_request_logs_created_at ON request_logs (created_at);
CREATE INDEX idx_request_logs_provider_id ON request_logs (provider_id);
CREATE INDEX idx_request_logs_timestamp ON request_logs (timestamp);
CREATE INDEX idx_request_logs_user_id ON request_logs (user_id);

CREATE TABLE command_logs (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  bead_id TEXT,
  project_id TEXT,
  command TEXT NOT NULL,
  working_dir TEXT NOT NULL,
  exit_code INTEGER NOT NULL,
  stdout TEXT,
  stderr TEXT,
  duration_ms INTEGER NOT NULL,
  started_at DATETIME NOT NULL,
  completed_at DATETIME NOT NULL,
  context TEXT,
  created_at DATETIME NOT NULL
);
CREATE INDEX idx_command_logs_agent_id ON command_logs (agent_id);
CREATE INDEX idx_command_logs_bead_id ON command_logs (bead_id);
CREATE INDEX idx_command_logs_created_at ON command_logs (created_at);
CREATE INDEX idx_command_logs_project_id ON command_logs (project_id);
`,
  postgresql: `
CREATE TABLE logs (
  id TEXT PRIMARY KEY,
  timestamp TIMESTAMP NOT NULL,
  level TEXT NOT NULL,
  source TEXT NOT NULL,
  message TEXT NOT NULL,
  metadata_json TEXT,
  agent_id TEXT,
  bead_id TEXT,
  project_id TEXT,
  provider_id TEXT
);
CREATE INDEX idx_logs_agent_id ON logs (agent_id);
CREATE INDEX idx_logs_bead_id ON logs (bead_id);
CREATE INDEX idx_logs_level ON logs (level);
CREATE INDEX idx_logs_source ON logs (source);
CREATE INDEX idx_logs_timestamp ON logs (timestamp DESC);

CREATE TABLE request_logs (
  id SERIAL PRIMARY KEY,
  timestamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  user_id TEXT,
  provider_id TEXT,
  model TEXT,
  endpoint TEXT,
  method TEXT,
  status_code INTEGER,
  latency_ms INTEGER,
  prompt_tokens INTEGER,
  completion_tokens INTEGER,
  total_tokens INTEGER,
  cost_usd REAL,
  error_message TEXT,
  request_body_hash TEXT,
  ip_address TEXT
);
CREATE INDEX idx_request_logs_provider_id ON request_logs (provider_id);
CREATE INDEX idx_request_logs_timestamp ON request_logs (timestamp);
CREATE INDEX idx_request_logs_user_id ON request_logs (user_id);

CREATE TABLE command_logs (
  id TEXT PRIMARY KEY,
  agent_id TEXT NOT NULL,
  bead_id TEXT,
  project_id TEXT,
  command TEXT NOT NULL,
  working_dir TEXT NOT NULL,
  exit_code INTEGER NOT NULL,
  stdout TEXT,
  stderr TEXT,
  duration_ms INTEGER NOT NULL,
  started_at TIMESTAMP NOT NULL,
  completed_at TIMESTAMP NOT NULL,
  context TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_command_logs_agent_id ON command_logs (agent_id);
CREATE INDEX idx_command_logs_bead_id ON command_logs (bead_id);
CREATE INDEX idx_command_logs_created_at ON command_logs (created_at);
CREATE INDEX idx_command_logs_project_id ON command_logs (project_id);
`,
})
