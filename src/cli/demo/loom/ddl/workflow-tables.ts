import type { LoomTables } from './loom-tables.js'

/** Workflows as graphs, and their executions. */
export const WORKFLOW_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE workflows (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  workflow_type TEXT NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT 0,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX idx_workflows_is_default ON workflows (is_default);
CREATE INDEX idx_workflows_project_id ON workflows (project_id);
CREATE INDEX idx_workflows_type ON workflows (workflow_type);

CREATE TABLE workflow_nodes (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  node_key TEXT NOT NULL,
  node_type TEXT NOT NULL,
  role_required TEXT,
  persona_hint TEXT,
  max_attempts INTEGER NOT NULL DEFAULT 0,
  timeout_minutes INTEGER NOT NULL DEFAULT 0,
  instructions TEXT,
  metadata_json TEXT,
  created_at DATETIME NOT NULL,
  UNIQUE (workflow_id, node_key)
);
CREATE INDEX idx_workflow_nodes_node_key ON workflow_nodes (node_key);
CREATE INDEX idx_workflow_nodes_role ON workflow_nodes (role_required);
CREATE INDEX idx_workflow_nodes_workflow_id ON workflow_nodes (workflow_id);

CREATE TABLE workflow_edges (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  from_node_key TEXT,
  to_node_key TEXT,
  condition TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL
);
CREATE INDEX idx_workflow_edges_condition ON workflow_edges (condition);
CREATE INDEX idx_workflow_edges_from_node ON workflow_edges (from_node_key);
CREATE INDEX idx_workflow_edges_workflow_id ON workflow_edges (workflow_id);

CREATE TABLE workflow_executions (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  bead_id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  current_node_key TEXT,
  status TEXT NOT NULL,
  cycle_count INTEGER NOT NULL DEFAULT 0,
  node_attempt_count INTEGER NOT NULL DEFAULT 0,
  started_at DATETIME NOT NULL,
  completed_at DATETIME,
  escalated_at DATETIME,
  last_node_at DATETIME NOT NULL
);
CREATE INDEX idx_workflow_executions_bead_id ON workflow_executions (bead_id);
CREATE INDEX idx_workflow_executions_project_id ON workflow_executions (project_id);
CREATE INDEX idx_workflow_executions_status ON workflow_executions (status);
CREATE INDEX idx_workflow_executions_workflow_id ON workflow_executions (workflow_id);

CREATE TABLE workflow_execution_history (
  id TEXT PRIMARY KEY,
  execution_id TEXT NOT NULL REFERENCES workflow_executions (id) ON DELETE CASCADE,
  node_key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  condition TEXT NOT NULL,
  result_data TEXT,
  attempt_number INTEGER NOT NULL,
  created_at DATETIME NOT NULL
);
CREATE INDEX idx_workflow_history_agent_id ON workflow_execution_history (agent_id);
CREATE INDEX idx_workflow_history_created_at ON workflow_execution_history (created_at);
CREATE INDEX idx_workflow_history_execution_id ON workflow_execution_history (execution_id);
CREATE INDEX idx_workflow_history_node_key ON workflow_execution_history (node_key);
`,
  postgresql: `
CREATE TABLE workflows (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  workflow_type TEXT NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT false,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_workflows_is_default ON workflows (is_default);
CREATE INDEX idx_workflows_project_id ON workflows (project_id);
CREATE INDEX idx_workflows_type ON workflows (workflow_type);

CREATE TABLE workflow_nodes (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  node_key TEXT NOT NULL,
  node_type TEXT NOT NULL,
  role_required TEXT,
  persona_hint TEXT,
  max_attempts INTEGER NOT NULL DEFAULT 0,
  timeout_minutes INTEGER NOT NULL DEFAULT 0,
  instructions TEXT,
  metadata_json TEXT,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (workflow_id, node_key)
);
CREATE INDEX idx_workflow_nodes_node_key ON workflow_nodes (node_key);
CREATE INDEX idx_workflow_nodes_role ON workflow_nodes (role_required);
CREATE INDEX idx_workflow_nodes_workflow_id ON workflow_nodes (workflow_id);

CREATE TABLE workflow_edges (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  from_node_key TEXT,
  to_node_key TEXT,
  condition TEXT NOT NULL,
  priority INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_workflow_edges_condition ON workflow_edges (condition);
CREATE INDEX idx_workflow_edges_from_node ON workflow_edges (from_node_key);
CREATE INDEX idx_workflow_edges_workflow_id ON workflow_edges (workflow_id);

CREATE TABLE workflow_executions (
  id TEXT PRIMARY KEY,
  workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
  bead_id TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  current_node_key TEXT,
  status TEXT NOT NULL,
  cycle_count INTEGER NOT NULL DEFAULT 0,
  node_attempt_count INTEGER NOT NULL DEFAULT 0,
  started_at TIMESTAMP NOT NULL,
  completed_at TIMESTAMP,
  escalated_at TIMESTAMP,
  last_node_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_workflow_executions_bead_id ON workflow_executions (bead_id);
CREATE INDEX idx_workflow_executions_project_id ON workflow_executions (project_id);
CREATE INDEX idx_workflow_executions_status ON workflow_executions (status);
CREATE INDEX idx_workflow_executions_workflow_id ON workflow_executions (workflow_id);

CREATE TABLE workflow_execution_history (
  id TEXT PRIMARY KEY,
  execution_id TEXT NOT NULL REFERENCES workflow_executions (id) ON DELETE CASCADE,
  node_key TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  condition TEXT NOT NULL,
  result_data TEXT,
  attempt_number INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_workflow_history_agent_id ON workflow_execution_history (agent_id);
CREATE INDEX idx_workflow_history_created_at ON workflow_execution_history (created_at);
CREATE INDEX idx_workflow_history_execution_id ON workflow_execution_history (execution_id);
CREATE INDEX idx_workflow_history_node_key ON workflow_execution_history (node_key);
`,
})
