import { DEFAULT_WORKFLOWS } from '../default-workflows.js'
import { loomId, rollDice } from '../dice.js'
import type { RowsOfTables } from '../loom-row.js'
import { later } from '../loom-time.js'
import { agentId, projectId, some, workflowId } from './ids.js'
import { prose } from './words.js'

const STEPS = ['read', 'write', 'ship'] as const

export const WORKFLOW_ROWS: RowsOfTables = Object.freeze({
  *workflows(scene) {
    const dice = rollDice(scene.seed, 'workflows')
    for (let index = 0; index < scene.counts.workflows; index += 1) {
      const made = dice.moment(index, scene.counts.workflows)
      yield { id: loomId(scene.seed, 'wf', index), name: `Own way ${index + 1}`, description: null, workflow_type: 'custom', is_default: false, project_id: projectId(index), created_at: made, updated_at: made }
    }
  },

  *workflow_nodes(scene) {
    const dice = rollDice(scene.seed, 'workflow_nodes')
    const { workflow_nodes: count } = scene.counts
    for (let index = 0; index < count; index += 1) {
      yield {
        id: loomId(scene.seed, 'wfn', 1000 + index), workflow_id: loomId(scene.seed, 'wf', Math.floor(index / STEPS.length)), node_key: STEPS[index % STEPS.length] ?? 'read', node_type: 'task',
        role_required: null, persona_hint: '', max_attempts: 1, timeout_minutes: 30, instructions: prose(dice, 2), metadata_json: index % 2 === 0 ? '' : '{"retry":{"wait":0.10}}',
        created_at: dice.moment(index, count),
      }
    }
  },

  *workflow_edges(scene) {
    const dice = rollDice(scene.seed, 'workflow_edges')
    const { workflow_edges: count } = scene.counts
    const way = [null, ...STEPS, null] as const
    for (let index = 0; index < count; index += 1) {
      const step = index % (way.length - 1)
      yield {
        id: loomId(scene.seed, 'wfe', 1000 + index), workflow_id: loomId(scene.seed, 'wf', Math.floor(index / (way.length - 1))), from_node_key: way[step] ?? null, to_node_key: way[step + 1] ?? null,
        condition: 'success', priority: 100, created_at: dice.moment(index, count),
      }
    }
  },

  *workflow_executions(scene) {
    const dice = rollDice(scene.seed, 'workflow_executions')
    const { workflow_executions: count, projects } = scene.counts
    for (let index = 0; index < count; index += 1) {
      const workflow = workflowId(scene, dice)
      const started = dice.moment(index, count)
      const status = dice.pick(['active', 'completed', 'escalated', 'failed'])
      const nodes = DEFAULT_WORKFLOWS.find(({ id }) => id === workflow)?.nodes.map(({ key }) => key) ?? STEPS
      yield {
        id: loomId(scene.seed, 'exec', index), workflow_id: workflow, bead_id: loomId(scene.seed, 'bd', index), project_id: projectId(some(dice, projects)),
        current_node_key: status === 'active' ? (nodes[some(dice, nodes.length)] ?? '') : '', status, cycle_count: dice.whole(0, 3), node_attempt_count: dice.whole(0, 2), started_at: started,
        completed_at: status === 'completed' ? later(started, 7200.5) : null, escalated_at: status === 'escalated' ? later(started, 3600) : null, last_node_at: later(started, 1800),
      }
    }
  },

  *workflow_execution_history(scene) {
    const dice = rollDice(scene.seed, 'workflow_execution_history')
    const { workflow_execution_history: count, workflow_executions: executions, agents } = scene.counts
    for (let index = 0; index < count; index += 1) {
      // Histories stay when the agent goes.
      const gone = index % 50 === 49
      yield {
        id: loomId(scene.seed, 'hist', index), execution_id: loomId(scene.seed, 'exec', Math.floor((index * executions) / count)), node_key: dice.pick(STEPS),
        agent_id: gone ? 'agent-gone' : agentId(scene, some(dice, agents)), condition: dice.pick(['success', 'failure', 'approved', 'rejected']),
        result_data: dice.pick([null, '', '{"files":["a.go","ü.go"],"lines":12}', 'done – see the bead']), attempt_number: dice.whole(1, 3), created_at: dice.moment(index, count),
      }
    }
  },
})
