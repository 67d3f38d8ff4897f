import type { DeclaredReference } from '../schema/declared-reference.js'
import { frozenRecord } from './profile.js'

/**
 * References that Loom's schema does not declare. Nothing holds Loom to them: an agent is deleted and its history stays, absent ids
 * are written '', a comment may be somebody's who never had a row. So all of them are optional: they follow the rows that they lead to,
 * and stay as they are where they lead nowhere. Node keys within a workflow mean the same everywhere and need none.
 */
export const LOOM_REFERENCES: Readonly<Record<string, readonly DeclaredReference[]>> = frozenRecord([
  ['providers', [soft('owner_id', 'users')]],
  ['workflow_execution_history', [soft('agent_id', 'agents')]],
  [
    'activity_feed',
    [
      soft('actor_id', 'users', ['actor_type', 'user']),
      soft('actor_id', 'agents', ['actor_type', 'agent']),
      ...Object.entries({ user: 'users', agent: 'agents', project: 'projects', provider: 'providers', workflow: 'workflows' }).map(([type, table]) =>
        soft('resource_id', table, ['resource_type', type]),
      ),
    ],
  ],
  ['bead_comments', [soft('author_id', 'users')]],
  ['conversation_contexts', [soft('project_id', 'projects')]],
  ['motivation_triggers', [soft('agent_woken', 'agents'), soft('workflow_id', 'workflows')]],
  ['lessons', [soft('project_id', 'projects'), soft('source_agent_id', 'agents')]],
  ['logs', [soft('agent_id', 'agents'), soft('project_id', 'projects'), soft('provider_id', 'providers')]],
  ['request_logs', [soft('user_id', 'users'), soft('provider_id', 'providers')]],
  ['command_logs', [soft('agent_id', 'agents'), soft('project_id', 'projects')]],
  ['optimizations', [soft('applied_by', 'users')]],
])

function soft(column: string, table: string, when?: readonly [column: string, value: string]): DeclaredReference {
  return Object.freeze({
    columns: Object.freeze([column]),
    table,
    targetColumns: Object.freeze([]),
    place: Object.freeze({ kind: 'columns' }),
    when: when === undefined ? null : Object.freeze({ column: when[0], value: when[1] }),
    optional: true,
  })
}
