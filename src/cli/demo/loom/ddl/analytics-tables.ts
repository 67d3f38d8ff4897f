import type { LoomTables } from './loom-tables.js'

/** Usage and what could be better. */
export const ANALYTICS_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE usage_patterns (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  group_key TEXT NOT NULL,
  request_count INTEGER NOT NULL,
  total_cost REAL NOT NULL,
  avg_cost REAL NOT NULL,
  total_tokens INTEGER NOT NULL,
  avg_latency REAL NOT NULL,
  error_rate REAL NOT NULL,
  first_seen DATETIME NOT NULL,
  last_seen DATETIME NOT NULL,
  analyzed_at DATETIME NOT NULL,
  metadata_json TEXT
);
CREATE INDEX idx_usage_patterns_analyzed_at ON usage_patterns (analyzed_at);
CREATE INDEX idx_usage_patterns_group_key ON usage_patterns (group_key);
CREATE INDEX idx_usage_patterns_total_cost ON usage_patterns (total_cost DESC);
CREATE INDEX idx_usage_patterns_type ON usage_patterns (type);

CREATE TABLE optimizations (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  pattern_id TEXT REFERENCES usage_patterns (id),
  recommendation TEXT NOT NULL,
  projected_savings_usd REAL NOT NULL,
  actual_savings_usd REAL,
  applied_at DATETIME,
  applied_by TEXT,
  status TEXT NOT NULL DEFAULT 'pending',
  metadata_json TEXT,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_optimizations_created_at ON optimizations (created_at);
CREATE INDEX idx_optimizations_pattern_id ON optimizations (pattern_id);
CREATE INDEX idx_optimizations_status ON optimizations (status);
CREATE INDEX idx_optimizations_type ON optimizations (type);
`,
  postgresql: `
CREATE TABLE usage_patterns (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  group_key TEXT NOT NULL,
  request_count INTEGER NOT NULL,
  total_cost REAL NOT NULL,
  avg_cost REAL NOT NULL,
  total_tokens INTEGER NOT NULL,
  avg_latency REAL NOT NULL,
  error_rate REAL NOT NULL,
  first_seen TIMESTAMP NOT NULL,
  last_seen TIMESTAMP NOT NULL,
  analyzed_at TIMESTAMP NOT NULL,
  metadata_json TEXT
);
CREATE INDEX idx_usage_patterns_analyzed_at ON usage_patterns (analyzed_at);
CREATE INDEX idx_usage_patterns_group_key ON usage_patterns (group_key);
CREATE INDEX idx_usage_patterns_total_cost ON usage_patterns (total_cost DESC);
CREATE INDEX idx_usage_patterns_type ON usage_patterns (type);

CREATE TABLE optimizations (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  pattern_id TEXT REFERENCES usage_patterns (id),
  recommendation TEXT NOT NULL,
  projected_savings_usd REAL NOT NULL,
  actual_savings_usd REAL,
  applied_at TIMESTAMP,
  applied_by TEXT,
  status TEXT NOT NULL DEFAULT 'pending',
  metadata_json TEXT,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_optimizations_created_at ON optimizations (created_at);
CREATE INDEX idx_optimizations_pattern_id ON optimizations (pattern_id);
CREATE INDEX idx_optimizations_status ON optimizations (status);
CREATE INDEX idx_optimizations_type ON optimizations (type);
`,
})
