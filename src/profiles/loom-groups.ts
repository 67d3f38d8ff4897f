import { frozenRecord } from './profile.js'

/** Loom's groups with their tables, in the order of its own documents. */
export const LOOM_GROUPS: Readonly<Record<string, readonly string[]>> = frozenRecord([
  ['core', ['providers', 'projects', 'org_charts', 'org_chart_positions', 'agents', 'credentials']],
  ['workflow', ['workflows', 'workflow_nodes', 'workflow_edges', 'workflow_executions', 'workflow_execution_history']],
  ['activity', ['users', 'activity_feed', 'notifications', 'notification_preferences', 'bead_comments', 'comment_mentions', 'conversation_contexts']],
  ['tracking', ['motivations', 'motivation_triggers', 'milestones', 'lessons']],
  ['logging', ['logs', 'request_logs', 'command_logs']],
  ['analytics', ['usage_patterns', 'optimizations']],
  ['config', ['config_kv', 'distributed_locks', 'instances']],
])
