import { frozenRecord } from './profile.js'
import type { ProjectPath } from '../schema/project-path.js'

const own: ProjectPath = Object.freeze({ kind: 'column', column: 'project_id' })
const byExecution = through('workflow_id', 'workflow_executions', own, 'workflow_id')
// Beads live in git; which project one is of, only what works on it tells.
const byBead = [through('bead_id', 'workflow_executions', own, 'bead_id'), through('bead_id', 'conversation_contexts', own, 'bead_id')]

/**
 * How rows of Loom belong to a project. What is not here (users, providers, what all projects share) comes along as far as it is
 * referred to. A project mostly runs workflows that are nobody's own: the nodes and edges of those that it runs come too.
 */
export const LOOM_PROJECT: Readonly<Record<string, readonly ProjectPath[]>> = frozenRecord<readonly ProjectPath[]>([
  ['projects', [{ kind: 'column', column: 'id' }]],
  ...['org_charts', 'agents', 'credentials', 'workflows', 'workflow_executions', 'activity_feed', 'conversation_contexts', 'motivations', 'milestones', 'lessons', 'logs', 'command_logs'].map(
    (table) => [table, [own]] as const,
  ),
  ['org_chart_positions', [through('org_chart_id', 'org_charts', own)]],
  ['workflow_nodes', [through('workflow_id', 'workflows', own), byExecution]],
  ['workflow_edges', [through('workflow_id', 'workflows', own), byExecution]],
  ['workflow_execution_history', [through('execution_id', 'workflow_executions', own)]],
  ['notifications', [through('activity_id', 'activity_feed', own)]],
  ['bead_comments', byBead],
  ['comment_mentions', byBead.map((then) => through('comment_id', 'bead_comments', then))],
  ['motivation_triggers', [through('motivation_id', 'motivations', own)]],
])

function through(column: string, table: string, then: ProjectPath, targetColumn: string | null = null): ProjectPath {
  return Object.freeze({ kind: 'through', column, table, targetColumn, then })
}
