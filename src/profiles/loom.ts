import { LOOM_GROUPS } from './loom-groups.js'
import { LOOM_PROJECT } from './loom-project.js'
import { LOOM_REFERENCES } from './loom-references.js'
import { LOOM_APPLICATION } from './loom-application.js'
import { emptyProfile, frozenRecord, type Profile } from './profile.js'

/** Loom, the agent orchestrator: 30 tables, of which its SQLite database has 28. */
export const LOOM: Profile = Object.freeze({
  ...emptyProfile,
  name: 'loom',
  application: LOOM_APPLICATION,
  groups: LOOM_GROUPS,
  timeColumns: frozenRecord(
    Object.entries({
      providers: 'updated_at',
      projects: 'updated_at',
      org_charts: 'updated_at',
      org_chart_positions: 'created_at',
      agents: 'last_active',
      credentials: 'updated_at',
      workflows: 'updated_at',
      workflow_nodes: 'created_at',
      workflow_edges: 'created_at',
      workflow_executions: 'last_node_at',
      workflow_execution_history: 'created_at',
      users: 'updated_at',
      activity_feed: 'timestamp',
      notifications: 'created_at',
      notification_preferences: 'updated_at',
      bead_comments: 'updated_at',
      comment_mentions: 'created_at',
      conversation_contexts: 'updated_at',
      motivations: 'updated_at',
      motivation_triggers: 'triggered_at',
      milestones: 'updated_at',
      lessons: 'created_at',
      logs: 'timestamp',
      request_logs: 'timestamp',
      command_logs: 'created_at',
      usage_patterns: 'analyzed_at',
      optimizations: 'created_at',
      config_kv: 'updated_at',
      distributed_locks: 'heartbeat_at',
      instances: 'last_heartbeat',
    }),
  ),
  // Ids of these are random in every server, while what they are called is not; one that is there with that id was renamed.
  identities: frozenRecord([
    ['users', [['username'], ['id']]],
    ['workflow_nodes', [['workflow_id', 'node_key'], ['id']]],
    ['workflow_executions', [['bead_id'], ['id']]],
    ['notification_preferences', [['user_id'], ['id']]],
  ]),
  // A server that starts inserts its default edges again, with new ids.
  alike: frozenRecord([['workflow_edges', ['workflow_id', 'from_node_key', 'to_node_key', 'condition', 'priority']]]),
  references: LOOM_REFERENCES,
  project: LOOM_PROJECT,
  columnsBetween: frozenRecord([
    ['providers', [{ sqlite: 'tags_json', postgresql: 'tags' }]],
    ['request_logs', [{ sqlite: 'path', postgresql: 'endpoint' }, { sqlite: 'model_name', postgresql: 'model' }]],
  ]),
  secrets: frozenRecord([
    ['providers', { columns: ['api_key'], rows: [] }],
    ['config_kv', { columns: [], rows: [{ column: 'key', values: ['loom.config.json'] }] }],
  ]),
  // Of running servers: nobody renews a lock that was imported, and it would block until it ends.
  leaveAlone: Object.freeze(['distributed_locks', 'instances']),
})
