import type { LoomTables } from './loom-tables.js'

/** Motivations, milestones and lessons. A cooldown is in nanoseconds, for which PostgreSQL needs 64 bits. */
export const TRACKING_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE motivations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL,
  condition TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active',
  agent_role TEXT,
  agent_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  parameters_json TEXT,
  cooldown_period_ns INTEGER NOT NULL DEFAULT 300000000000,
  last_triggered_at DATETIME,
  next_trigger_at DATETIME,
  trigger_count INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL DEFAULT 50,
  create_bead_on_trigger BOOLEAN NOT NULL DEFAULT 0,
  bead_template TEXT,
  wake_agent BOOLEAN NOT NULL DEFAULT 1,
  is_built_in BOOLEAN NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  disabled_at DATETIME
);
CREATE INDEX idx_motivations_agent_role ON motivations (agent_role);
CREATE INDEX idx_motivations_project_id ON motivations (project_id);
CREATE INDEX idx_motivations_status ON motivations (status);
CREATE INDEX idx_motivations_type ON motivations (type);

CREATE TABLE motivation_triggers (
  id TEXT PRIMARY KEY,
  motivation_id TEXT NOT NULL REFERENCES motivations (id) ON DELETE CASCADE,
  triggered_at DATETIME NOT NULL,
  trigger_data_json TEXT,
  result TEXT NOT NULL,
  error TEXT,
  bead_created TEXT,
  agent_woken TEXT,
  workflow_id TEXT
);
CREATE INDEX idx_motivation_triggers_motivation_id ON motivation_triggers (motivation_id);
CREATE INDEX idx_motivation_triggers_triggered_at ON motivation_triggers (triggered_at);

CREATE TABLE milestones (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL DEFAULT 'custom',
  status TEXT NOT NULL DEFAULT 'planned',
  due_date DATETIME NOT NULL,
  start_date DATETIME,
  completed_at DATETIME,
  parent_id TEXT REFERENCES milestones (id) ON DELETE SET NULL,
  tags_json TEXT,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX idx_milestones_due_date ON milestones (due_date);
CREATE INDEX idx_milestones_project_id ON milestones (project_id);
CREATE INDEX idx_milestones_status ON milestones (status);

CREATE TABLE lessons (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  source_bead_id TEXT,
  source_agent_id TEXT,
  relevance_score REAL NOT NULL DEFAULT 1.0,
  created_at DATETIME NOT NULL,
  embedding BLOB
);
CREATE INDEX idx_lessons_category ON lessons (category);
CREATE INDEX idx_lessons_project ON lessons (project_id);
`,
  postgresql: `
CREATE TABLE motivations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL,
  condition TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'active',
  agent_role TEXT,
  agent_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  parameters_json TEXT,
  cooldown_period_ns BIGINT NOT NULL DEFAULT 300000000000,
  last_triggered_at TIMESTAMP,
  next_trigger_at TIMESTAMP,
  trigger_count INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL DEFAULT 50,
  create_bead_on_trigger BOOLEAN NOT NULL DEFAULT false,
  bead_template TEXT,
  wake_agent BOOLEAN NOT NULL DEFAULT true,
  is_built_in BOOLEAN NOT NULL DEFAULT false,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  disabled_at TIMESTAMP
);
CREATE INDEX idx_motivations_agent_role ON motivations (agent_role);
CREATE INDEX idx_motivations_project_id ON motivations (project_id);
CREATE INDEX idx_motivations_status ON motivations (status);
CREATE INDEX idx_motivations_type ON motivations (type);

CREATE TABLE motivation_triggers (
  id TEXT PRIMARY KEY,
  motivation_id TEXT NOT NULL REFERENCES motivations (id) ON DELETE CASCADE,
  triggered_at TIMESTAMP NOT NULL,
  trigger_data_json TEXT,
  result TEXT NOT NULL,
  error TEXT,
  bead_created TEXT,
  agent_woken TEXT,
  workflow_id TEXT
);
CREATE INDEX idx_motivation_triggers_motivation_id ON motivation_triggers (motivation_id);
CREATE INDEX idx_motivation_triggers_triggered_at ON motivation_triggers (triggered_at);

CREATE TABLE milestones (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL DEFAULT 'custom',
  status TEXT NOT NULL DEFAULT 'planned',
  due_date TIMESTAMP NOT NULL,
  start_date TIMESTAMP,
  completed_at TIMESTAMP,
  parent_id TEXT REFERENCES milestones (id) ON DELETE SET NULL,
  tags_json TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_milestones_due_date ON milestones (due_date);
CREATE INDEX idx_milestones_project_id ON milestones (project_id);
CREATE INDEX idx_milestones_status ON milestones (status);

CREATE TABLE lessons (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  source_bead_id TEXT,
  source_agent_id TEXT,
  relevance_score REAL NOT NULL DEFAULT 1.0,
  created_at TIMESTAMP NOT NULL,
  embedding BYTEA
);
CREATE INDEX idx_lessons_category ON lessons (category);
CREATE INDEX idx_lessons_project ON lessons (project_id);
`,
})
