import type { LoomDatabase } from './loom-database.js'

type Row = Readonly<Record<string, unknown>>
export type Content = ReadonlyMap<string, readonly Row[]>

/** Everything in the tables of a Loom database. */
export async function contentOf(database: LoomDatabase): Promise<Content> {
  const content = new Map<string, readonly Row[]>()
  for (const table of Object.keys(KEYS)) content.set(table, await database.rows(`SELECT * FROM ${table}`))
  return content
}

const KEYS: Readonly<Record<string, string>> = {
  providers: 'id', projects: 'id', org_charts: 'id', org_chart_positions: 'id', agents: 'id', credentials: 'id',
  workflows: 'id', workflow_nodes: 'id', workflow_edges: 'id', workflow_executions: 'id', workflow_execution_history: 'id',
  users: 'id', activity_feed: 'id', notifications: 'id', notification_preferences: 'id', bead_comments: 'id', comment_mentions: 'id', conversation_contexts: 'session_id',
  motivations: 'id', motivation_triggers: 'id', milestones: 'id', lessons: 'id', logs: 'id', request_logs: 'id', command_logs: 'id',
  usage_patterns: 'id', optimizations: 'id', config_kv: 'key',
}

/** What leads from a table to another's key, as Loom's code means it. */
const LINKS: readonly (readonly [table: string, column: string, parent: string, when?: (row: Row) => boolean])[] = [
  ['providers', 'owner_id', 'users'],
  ['projects', 'parent_id', 'projects'],
  ['org_charts', 'project_id', 'projects'], ['org_charts', 'parent_id', 'org_charts'],
  ['org_chart_positions', 'org_chart_id', 'org_charts'], ['org_chart_positions', 'reports_to', 'org_chart_positions'],
  ['agents', 'project_id', 'projects'], ['agents', 'position_id', 'org_chart_positions'], ['agents', 'provider_id', 'providers'],
  ['credentials', 'project_id', 'projects'],
  ['workflows', 'project_id', 'projects'], ['workflow_nodes', 'workflow_id', 'workflows'], ['workflow_edges', 'workflow_id', 'workflows'],
  ['workflow_executions', 'workflow_id', 'workflows'], ['workflow_executions', 'project_id', 'projects'],
  ['workflow_execution_history', 'execution_id', 'workflow_executions'], ['workflow_execution_history', 'agent_id', 'agents'],
  ['activity_feed', 'project_id', 'projects'], ['activity_feed', 'agent_id', 'agents'], ['activity_feed', 'provider_id', 'providers'],
  ['activity_feed', 'actor_id', 'users', (row) => row['actor_type'] === 'user'], ['activity_feed', 'actor_id', 'agents', (row) => row['actor_type'] === 'agent'],
  ...(['user', 'agent', 'project', 'provider', 'workflow'] as const).map((type) => ['activity_feed', 'resource_id', `${type}s`, (row: Row) => row['resource_type'] === type] as const),
  ['notifications', 'user_id', 'users'], ['notifications', 'activity_id', 'activity_feed'],
  ['bead_comments', 'parent_id', 'bead_comments'], ['bead_comments', 'author_id', 'users'],
  ['comment_mentions', 'comment_id', 'bead_comments'], ['comment_mentions', 'mentioned_user_id', 'users'],
  ['conversation_contexts', 'project_id', 'projects'],
  ['motivations', 'project_id', 'projects'], ['motivations', 'agent_id', 'agents'],
  ['motivation_triggers', 'motivation_id', 'motivations'], ['motivation_triggers', 'agent_woken', 'agents'], ['motivation_triggers', 'workflow_id', 'workflows'],
  ['milestones', 'project_id', 'projects'], ['milestones', 'parent_id', 'milestones'],
  ['lessons', 'project_id', 'projects'], ['lessons', 'source_agent_id', 'agents'],
  ['logs', 'agent_id', 'agents'], ['logs', 'project_id', 'projects'], ['logs', 'provider_id', 'providers'],
  ['command_logs', 'agent_id', 'agents'], ['command_logs', 'project_id', 'projects'],
]

/**
 * The keys of the rows that an export of one project holds, by table, worked out from the rows themselves: what is the project's by itself
 * (and passes `chosen`), and then what any of these lead to.
 */
export function projectRows(content: Content, project: string, chosen: (table: string, row: Row) => boolean = () => true): Record<string, string[]> {
  const rows = (table: string): readonly Row[] => content.get(table) ?? []
  const values = (table: string, column: string, which: (row: Row) => boolean): Set<unknown> => new Set(rows(table).filter(which).map((row) => row[column]))
  const ours = (row: Row): boolean => row['project_id'] === project
  const charts = values('org_charts', 'id', ours)
  const run = new Set([...values('workflows', 'id', ours), ...values('workflow_executions', 'workflow_id', ours)])
  const executions = values('workflow_executions', 'id', ours)
  const activities = values('activity_feed', 'id', ours)
  const motivations = values('motivations', 'id', ours)
  const beads = new Set([...values('workflow_executions', 'bead_id', ours), ...values('conversation_contexts', 'bead_id', ours)])
  const comments = values('bead_comments', 'id', (row) => beads.has(row['bead_id']))
  const belongs: Readonly<Record<string, (row: Row) => boolean>> = {
    projects: (row) => row['id'] === project,
    org_chart_positions: (row) => charts.has(row['org_chart_id']),
    workflow_nodes: (row) => run.has(row['workflow_id']),
    workflow_edges: (row) => run.has(row['workflow_id']),
    workflow_execution_history: (row) => executions.has(row['execution_id']),
    notifications: (row) => activities.has(row['activity_id']),
    bead_comments: (row) => comments.has(row['id']),
    comment_mentions: (row) => comments.has(row['comment_id']),
    motivation_triggers: (row) => motivations.has(row['motivation_id']),
  }
  const found = new Map<string, Set<unknown>>(Object.keys(KEYS).map((table) => [table, new Set()]))
  const open: (readonly [table: string, row: Row])[] = []
  const take = (table: string, row: Row): void => {
    const keys = found.get(table)
    const key = row[KEYS[table] ?? '']
    if (keys === undefined || keys.has(key)) return
    keys.add(key)
    open.push([table, row])
  }
  for (const table of Object.keys(KEYS)) {
    const own = belongs[table] ?? ours
    for (const row of rows(table)) if (own(row) && chosen(table, row)) take(table, row)
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [table, row] = next
    for (const [from, column, parent, when = (): boolean => true] of LINKS) {
      if (from !== table || !when(row)) continue
      const referred = rows(parent).find((other) => other[KEYS[parent] ?? ''] === row[column])
      if (referred !== undefined) take(parent, referred)
    }
  }
  return Object.fromEntries([...found].map(([table, keys]) => [table, [...keys].map(String).sort()]))
}

/** The keys of all rows, by table. */
export function allKeys(content: Content): Record<string, string[]> {
  return Object.fromEntries([...content].map(([table, rows]) => [table, rows.map((row) => String(row[KEYS[table] ?? ''])).sort()]))
}
