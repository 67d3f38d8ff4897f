import type { LoomTables } from './loom-tables.js'

/** Users, what happened, and what they wrote and were told. */
export const ACTIVITY_TABLES: LoomTables = Object.freeze({
  sqlite: `
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  email TEXT,
  role TEXT NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT 1,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL
);
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX idx_users_username ON users (username);

CREATE TABLE activity_feed (
  id TEXT PRIMARY KEY,
  event_type TEXT NOT NULL,
  event_id TEXT,
  timestamp DATETIME NOT NULL,
  source TEXT NOT NULL,
  actor_id TEXT,
  actor_type TEXT,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  agent_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  bead_id TEXT,
  provider_id TEXT REFERENCES providers (id) ON DELETE SET NULL,
  action TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  resource_title TEXT,
  metadata_json TEXT,
  aggregation_key TEXT,
  aggregation_count INTEGER DEFAULT 1,
  is_aggregated BOOLEAN DEFAULT 0,
  visibility TEXT NOT NULL DEFAULT 'project'
);
CREATE INDEX idx_activity_feed_actor_id ON activity_feed (actor_id);
CREATE INDEX idx_activity_feed_aggregation ON activity_feed (aggregation_key, timestamp DESC);
CREATE INDEX idx_activity_feed_event_type ON activity_feed (event_type);
CREATE INDEX idx_activity_feed_project_id ON activity_feed (project_id);
CREATE INDEX idx_activity_feed_resource_type ON activity_feed (resource_type);
CREATE INDEX idx_activity_feed_timestamp ON activity_feed (timestamp DESC);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  activity_id TEXT REFERENCES activity_feed (id) ON DELETE CASCADE,
  event_type TEXT NOT NULL,
  title TEXT NOT NULL,
  message TEXT NOT NULL,
  link TEXT,
  status TEXT NOT NULL DEFAULT 'unread',
  priority TEXT NOT NULL DEFAULT 'normal',
  metadata_json TEXT,
  created_at DATETIME NOT NULL,
  read_at DATETIME,
  archived_at DATETIME
);
CREATE INDEX idx_notifications_created_at ON notifications (created_at DESC);
CREATE INDEX idx_notifications_status ON notifications (status);
CREATE INDEX idx_notifications_user_id ON notifications (user_id);
CREATE INDEX idx_notifications_user_status ON notifications (user_id, status, created_at DESC);

CREATE TABLE notification_preferences (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  enable_in_app BOOLEAN NOT NULL DEFAULT 1,
  enable_email BOOLEAN NOT NULL DEFAULT 0,
  enable_webhook BOOLEAN NOT NULL DEFAULT 0,
  subscribed_events_json TEXT,
  digest_mode TEXT DEFAULT 'realtime',
  quiet_hours_start TIME,
  quiet_hours_end TIME,
  project_filters_json TEXT,
  min_priority TEXT DEFAULT 'normal',
  updated_at DATETIME NOT NULL
);
CREATE INDEX idx_notification_preferences_user_id ON notification_preferences (user_id);

CREATE TABLE bead_comments (
  id TEXT PRIMARY KEY,
  bead_id TEXT NOT NULL,
  parent_id TEXT REFERENCES bead_comments (id) ON DELETE CASCADE,
  author_id TEXT NOT NULL,
  author_username TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  edited BOOLEAN NOT NULL DEFAULT 0,
  deleted BOOLEAN NOT NULL DEFAULT 0
);
CREATE INDEX idx_bead_comments_author ON bead_comments (author_id);
CREATE INDEX idx_bead_comments_bead_id ON bead_comments (bead_id);
CREATE INDEX idx_bead_comments_created_at ON bead_comments (created_at DESC);
CREATE INDEX idx_bead_comments_parent_id ON bead_comments (parent_id);

CREATE TABLE comment_mentions (
  id TEXT PRIMARY KEY,
  comment_id TEXT NOT NULL REFERENCES bead_comments (id) ON DELETE CASCADE,
  mentioned_user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  mentioned_username TEXT NOT NULL,
  notified_at DATETIME,
  created_at DATETIME NOT NULL
);
CREATE INDEX idx_comment_mentions_comment_id ON comment_mentions (comment_id);
CREATE INDEX idx_comment_mentions_notified ON comment_mentions (notified_at);
CREATE INDEX idx_comment_mentions_user_id ON comment_mentions (mentioned_user_id);

CREATE TABLE conversation_contexts (
  session_id TEXT PRIMARY KEY,
  bead_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  messages TEXT NOT NULL DEFAULT '[]',
  created_at DATETIME NOT NULL,
  updated_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  token_count INTEGER NOT NULL DEFAULT 0,
  metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_conversation_bead ON conversation_contexts (bead_id);
CREATE INDEX idx_conversation_expires ON conversation_contexts (expires_at);
CREATE INDEX idx_conversation_project ON conversation_contexts (project_id);
CREATE INDEX idx_conversation_updated ON conversation_contexts (updated_at);
`,
  postgresql: `
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  email TEXT,
  role TEXT NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT true,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX idx_users_username ON users (username);

CREATE TABLE activity_feed (
  id TEXT PRIMARY KEY,
  event_type TEXT NOT NULL,
  event_id TEXT,
  timestamp TIMESTAMP NOT NULL,
  source TEXT NOT NULL,
  actor_id TEXT,
  actor_type TEXT,
  project_id TEXT REFERENCES projects (id) ON DELETE CASCADE,
  agent_id TEXT REFERENCES agents (id) ON DELETE SET NULL,
  bead_id TEXT,
  provider_id TEXT REFERENCES providers (id) ON DELETE SET NULL,
  action TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  resource_title TEXT,
  metadata_json TEXT,
  aggregation_key TEXT,
  aggregation_count INTEGER DEFAULT 1,
  is_aggregated BOOLEAN DEFAULT false,
  visibility TEXT NOT NULL DEFAULT 'project'
);
CREATE INDEX idx_activity_feed_actor_id ON activity_feed (actor_id);
CREATE INDEX idx_activity_feed_aggregation ON activity_feed (aggregation_key, timestamp DESC);
CREATE INDEX idx_activity_feed_event_type ON activity_feed (event_type);
CREATE INDEX idx_activity_feed_project_id ON activity_feed (project_id);
CREATE INDEX idx_activity_feed_resource_type ON activity_feed (resource_type);
CREATE INDEX idx_activity_feed_timestamp ON activity_feed (timestamp DESC);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  activity_id TEXT REFERENCES activity_feed (id) ON DELETE CASCADE,
  event_type TEXT NOT NULL,
  title TEXT NOT NULL,
  message TEXT NOT NULL,
  link TEXT,
  status TEXT NOT NULL DEFAULT 'unread',
  priority TEXT NOT NULL DEFAULT 'normal',
  metadata_json TEXT,
  created_at TIMESTAMP NOT NULL,
  read_at TIMESTAMP,
  archived_at TIMESTAMP
);
CREATE INDEX idx_notifications_created_at ON notifications (created_at DESC);
CREATE INDEX idx_notifications_status ON notifications (status);
CREATE INDEX idx_notifications_user_id ON notifications (user_id);
CREATE INDEX idx_notifications_user_status ON notifications (user_id, status, created_at DESC);

CREATE TABLE notification_preferences (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  enable_in_app BOOLEAN NOT NULL DEFAULT true,
  enable_email BOOLEAN NOT NULL DEFAULT false,
  enable_webhook BOOLEAN NOT NULL DEFAULT false,
  subscribed_events_json TEXT,
  digest_mode TEXT DEFAULT 'realtime',
  quiet_hours_start TIME,
  quiet_hours_end TIME,
  project_filters_json TEXT,
  min_priority TEXT DEFAULT 'normal',
  updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_notification_preferences_user_id ON notification_preferences (user_id);

CREATE TABLE bead_comments (
  id TEXT PRIMARY KEY,
  bead_id TEXT NOT NULL,
  parent_id TEXT REFERENCES bead_comments (id) ON DELETE CASCADE,
  author_id TEXT NOT NULL,
  author_username TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  edited BOOLEAN NOT NULL DEFAULT false,
  deleted BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX idx_bead_comments_author ON bead_comments (author_id);
CREATE INDEX idx_bead_comments_bead_id ON bead_comments (bead_id);
CREATE INDEX idx_bead_comments_created_at ON bead_comments (created_at DESC);
CREATE INDEX idx_bead_comments_parent_id ON bead_comments (parent_id);

CREATE TABLE comment_mentions (
  id TEXT PRIMARY KEY,
  comment_id TEXT NOT NULL REFERENCES bead_comments (id) ON DELETE CASCADE,
  mentioned_user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  mentioned_username TEXT NOT NULL,
  notified_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_comment_mentions_comment_id ON comment_mentions (comment_id);
CREATE INDEX idx_comment_mentions_notified ON comment_mentions (notified_at);
CREATE INDEX idx_comment_mentions_user_id ON comment_mentions (mentioned_user_id);

CREATE TABLE conversation_contexts (
  session_id TEXT PRIMARY KEY,
  bead_id TEXT NOT NULL,
  project_id TEXT NOT NULL,
  messages TEXT NOT NULL DEFAULT '[]',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  token_count INTEGER NOT NULL DEFAULT 0,
  metadata TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_conversation_bead ON conversation_contexts (bead_id);
CREATE INDEX idx_conversation_expires ON conversation_contexts (expires_at);
CREATE INDEX idx_conversation_project ON conversation_contexts (project_id);
CREATE INDEX idx_conversation_updated ON conversation_contexts (updated_at);
`,
})
