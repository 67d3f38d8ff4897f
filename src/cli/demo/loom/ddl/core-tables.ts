import type { LoomTables } from './loom-tables.js'

/** Providers, projects, their organisation, agents and credentials. A provider has its tags as JSON in SQLite and as an array in PostgreSQL. */
export const CORE_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE providers (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  model TEXT,
  configured_model TEXT,
  selected_model TEXT,
  selection_reason TEXT,
  model_score REAL,
  selected_gpu TEXT,
  gpu_constraints_json TEXT,
  description TEXT,
  requires_key BOOLEAN NOT NULL DEFAULT 0,
  key_id TEXT,
  owner_id TEXT,
  is_shared BOOLEAN NOT NULL DEFAULT 1,
  status TEXT NOT NULL DEFAULT 'active',
  last_heartbeat_at DATETIME,
  last_heartbeat_latency_ms INTEGER,
  last_heartbeat_error TEXT,
  metrics_json TEXT,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  cost_per_mtoken REAL NOT NULL DEFAULT 0,
  context_window INTEGER NOT NULL DEFAULT 4096,
  supports_function BOOLEAN NOT NULL DEFAULT 0,
  supports_vision BOOLEAN NOT NULL DEFAULT 0,
  supports_streaming BOOLEAN NOT NULL DEFAULT 1,
  tags_json TEXT
);
CREATE INDEX idx_providers_status ON providers (status);

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  git_repo TEXT NOT NULL,
  branch TEXT NOT NULL,
  beads_path TEXT NOT NULL,
  parent_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
  is_perpetual BOOLEAN NOT NULL DEFAULT 0,
  is_sticky BOOLEAN NOT NULL DEFAULT 0,
  git_strategy TEXT NOT NULL DEFAULT 'direct',
  status TEXT NOT NULL DEFAULT 'open',
  context_json TEXT,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  closed_at DATETIME,
  due_date DATETIME
);
CREATE INDEX idx_projects_parent_id ON projects (parent_id);

CREATE TABLE org_charts (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  is_template BOOLEAN NOT NULL DEFAULT 0,
  parent_id TEXT REFERENCES org_charts (id) ON DELETE SET NULL,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX idx_org_charts_project_id ON org_charts (project_id);

CREATE TABLE org_chart_positions (
  id TEXT PRIMARY KEY,
  org_chart_id TEXT NOT NULL REFERENCES org_charts (id) ON DELETE CASCADE,
  role_name TEXT NOT NULL,
  persona_path TEXT NOT NULL,
  required BOOLEAN NOT NULL DEFAULT 0,
  max_instances INTEGER NOT NULL DEFAULT 0,
  reports_to TEXT REFERENCES org_chart_positions (id) ON DELETE SET NULL,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at DATETIME NOT NULL
);
CREATE INDEX idx_positions_org_chart_id ON org_chart_positions (org_chart_id);

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT,
  persona_name TEXT,
  provider_id TEXT REFERENCES providers (id) ON DELETE SET NULL,
  status TEXT NOT NULL DEFAULT 'idle',
  current_bead TEXT,
  project_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
  position_id TEXT REFERENCES org_chart_positions (id) ON DELETE SET NULL,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  started_at DATETIME NOT NULL,
  last_active DATETIME NOT NULL
);
CREATE INDEX idx_agents_position_id ON agents (position_id);
CREATE INDEX idx_agents_project_id ON agents (project_id);
CREATE INDEX idx_agents_status ON agents (status);

CREATE TABLE credentials (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  type TEXT NOT NULL DEFAULT 'ssh_ed25519',
  private_key_encrypted TEXT NOT NULL,
  public_key TEXT NOT NULL,
  key_id TEXT,
  description TEXT,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  rotated_at DATETIME
);
CREATE INDEX idx_credentials_project_id ON credentials (project_id);
`,
  postgresql: `
CREATE TABLE providers (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  model TEXT,
  configured_model TEXT,
  selected_model TEXT,
  selection_reason TEXT,
  model_score REAL,
  selected_gpu TEXT,
  gpu_constraints_json TEXT,
  description TEXT,
  requires_key BOOLEAN NOT NULL DEFAULT false,
  key_id TEXT,
  owner_id TEXT,
  is_shared BOOLEAN NOT NULL DEFAULT true,
  status TEXT NOT NULL DEFAULT 'active',
  last_heartbeat_at TIMESTAMP,
  last_heartbeat_latency_ms INTEGER,
  last_heartbeat_error TEXT,
  metrics_json TEXT,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  cost_per_mtoken REAL,
  context_window INTEGER,
  supports_function BOOLEAN DEFAULT false,
  supports_vision BOOLEAN DEFAULT false,
  supports_streaming BOOLEAN DEFAULT false,
  tags TEXT[]
);
CREATE INDEX idx_providers_status ON providers (status);

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  git_repo TEXT NOT NULL,
  branch TEXT NOT NULL,
  beads_path TEXT NOT NULL,
  parent_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
  is_perpetual BOOLEAN NOT NULL DEFAULT false,
  is_sticky BOOLEAN NOT NULL DEFAULT false,
  git_strategy TEXT NOT NULL DEFAULT 'direct',
  git_auth_method TEXT NOT NULL DEFAULT 'none',
  status TEXT NOT NULL DEFAULT 'open',
  context_json TEXT,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  closed_at TIMESTAMP,
  due_date TIMESTAMP
);
CREATE INDEX idx_projects_parent_id ON projects (parent_id);

CREATE TABLE org_charts (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  is_template BOOLEAN NOT NULL DEFAULT false,
  parent_id TEXT REFERENCES org_charts (id) ON DELETE SET NULL,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_org_charts_project_id ON org_charts (project_id);

CREATE TABLE org_chart_positions (
  id TEXT PRIMARY KEY,
  org_chart_id TEXT NOT NULL REFERENCES org_charts (id) ON DELETE CASCADE,
  role_name TEXT NOT NULL,
  persona_path TEXT NOT NULL,
  required BOOLEAN NOT NULL DEFAULT false,
  max_instances INTEGER NOT NULL DEFAULT 0,
  reports_to TEXT REFERENCES org_chart_positions (id) ON DELETE SET NULL,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_positions_org_chart_id ON org_chart_positions (org_chart_id);

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT,
  persona_name TEXT,
  provider_id TEXT REFERENCES providers (id) ON DELETE SET NULL,
  status TEXT NOT NULL DEFAULT 'idle',
  current_bead TEXT,
  project_id TEXT REFERENCES projects (id) ON DELETE SET NULL,
  position_id TEXT REFERENCES org_chart_positions (id) ON DELETE SET NULL,
  schema_version TEXT NOT NULL DEFAULT '1.0',
  attributes_json TEXT,
  started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_active TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_agents_position_id ON agents (position_id);
CREATE INDEX idx_agents_project_id ON agents (project_id);
CREATE INDEX idx_agents_status ON agents (status);

CREATE TABLE credentials (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  type TEXT NOT NULL DEFAULT 'ssh_ed25519',
  private_key_encrypted TEXT NOT NULL,
  public_key TEXT NOT NULL,
  key_id TEXT,
  description TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  rotated_at TIMESTAMP
);
CREATE INDEX idx_credentials_project_id ON credentials (project_id);
`,
})
