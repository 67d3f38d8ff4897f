import type { Engine } from '../../../schema/schema.js'

/** How many rows of its own a sample has in each table, beside what a started Loom holds. */
export type LoomCounts = Readonly<Record<LoomTable, number>>

/** All tables, each after those it refers to; the locks and instances are in PostgreSQL alone. */
export const LOOM_TABLES = Object.freeze([
  'config_kv', 'distributed_locks', 'instances', 'users', 'providers', 'projects', 'org_charts', 'org_chart_positions', 'agents', 'credentials',
  'workflows', 'workflow_nodes', 'workflow_edges', 'workflow_executions', 'workflow_execution_history', 'activity_feed', 'notifications',
  'notification_preferences', 'bead_comments', 'comment_mentions', 'conversation_contexts', 'motivations', 'motivation_triggers', 'milestones',
  'lessons', 'logs', 'request_logs', 'command_logs', 'usage_patterns', 'optimizations',
] as const)

export type LoomTable = (typeof LOOM_TABLES)[number]

/** What a started Loom holds: an administrator, two settings, four workflows with their nodes and edges. */
export const STARTED_ROWS = 1 + 2 + 4 + 20 + 41

/** Shares of a sample of about `rows` rows: many log lines, few projects. The logs take what is left, so the sum is exact from about 500 rows on. */
export function loomCounts(rows: number, engine: Engine): LoomCounts {
  const servers = engine === 'postgresql' ? 2 : 0
  const share = (thousandths: number, least: number, most = Number.MAX_SAFE_INTEGER): number => Math.min(most, Math.max(least, Math.floor((rows * thousandths) / 1000)))
  const projects = share(1, 6, 40)
  const users = share(1, 5, 200)
  const patterns = share(2, 6, 100)
  const others = {
    config_kv: share(3, 4),
    distributed_locks: servers,
    instances: servers,
    users,
    providers: share(1, 5, 12),
    projects,
    org_charts: projects + 1,
    org_chart_positions: 4 * (projects + 1),
    agents: share(4, 12, 400),
    credentials: projects - 1,
    workflows: 2,
    workflow_nodes: 6,
    workflow_edges: 8,
    workflow_executions: share(20, 10),
    workflow_execution_history: share(110, 30),
    activity_feed: share(160, 40),
    notifications: share(100, 25),
    notification_preferences: users,
    bead_comments: share(30, 15),
    comment_mentions: share(10, 8),
    conversation_contexts: share(6, 6),
    motivations: share(1, 6, 60),
    motivation_triggers: share(15, 10),
    milestones: share(2, 8, 200),
    lessons: share(6, 8),
    request_logs: share(140, 30),
    command_logs: share(70, 20),
    usage_patterns: patterns,
    optimizations: Math.ceil(patterns / 2),
  }
  const sum = Object.values(others).reduce((total, count) => total + count, STARTED_ROWS)
  return Object.freeze({ ...others, logs: Math.max(20, rows - sum) })
}
